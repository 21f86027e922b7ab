import './inputs.css';
import { useId, useState } from 'react';
import { Button, IconButton, TextField } from '../../kit/index.ts';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { Suggestions } from '../suggested-field.tsx';
import { useSuggestions } from '../use-suggestions.ts';
import { nothingTyped, type Typed, typeInto } from './typed-values.ts';

/** A number, or an amount of money as a decimal string; what is not one is said, and counts as not given. */
export function NumberField({
  label,
  value,
  onChange,
  isMoney = false,
  placeholder,
}: {
  label: string;
  value: unknown;
  onChange(value: number | string | undefined): void;
  isMoney?: boolean;
  placeholder?: string | undefined;
}) {
  const t = useTexts(ruleTexts).inputs;
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const isFaulty = text.trim() !== '' && !/^-?\d+([.,]\d+)?$/.test(text.trim());
  return (
    <TextField
      label={label}
      value={text}
      inputMode="decimal"
      placeholder={placeholder ?? t.any}
      error={isFaulty ? (isMoney ? t.needsMoney : t.needsNumber) : undefined}
      onChange={(next) => {
        setText(next);
        const number = next.trim().replace(',', '.');
        const isNumber = /^-?\d+(\.\d+)?$/.test(number);
        onChange(isNumber ? (isMoney ? number : Number(number)) : undefined);
      }}
    />
  );
}

/** Several texts: each next one by Enter or the button; what stands in the field counts as one of them. */
export function ValueList({
  values,
  onChange,
  of,
  more = [],
}: {
  values: readonly string[];
  onChange(values: readonly string[]): void;
  of: 'category' | 'brand' | undefined;
  /** what is suggested besides */
  more?: readonly string[] | undefined;
}) {
  const t = useTexts(ruleTexts).inputs;
  const list = useId();
  const suggestions = useSuggestions(of);
  const [typed, setTyped] = useState<Typed>(nothingTyped);
  const type = (text: string) => {
    const next = typeInto(values, typed, text);
    setTyped(next.typed);
    onChange(next.values);
  };
  const add = () => setTyped(nothingTyped);
  return (
    <div className="builder-wide builder-values">
      <TextField
        label={t.typeValue}
        value={typed.text}
        maxLength={512}
        list={list}
        autoComplete="off"
        onChange={type}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <Suggestions id={list} values={[...suggestions, ...more]} />
      <Button onClick={add} icon="plus">
        {t.addValue}
      </Button>
      <Chips
        values={typed.counts ? values.slice(0, -1) : values}
        label={(value) => value}
        onRemove={(gone) => onChange(values.filter((one) => one !== gone))}
      />
    </div>
  );
}

/** What was chosen, each with a way to take it out. */
export function Chips({
  values,
  label,
  onRemove,
}: {
  values: readonly string[];
  label: (value: string) => string;
  onRemove(value: string): void;
}) {
  const t = useTexts(ruleTexts).inputs;
  return (
    <ul className="builder-chips">
      {values.map((value) => (
        <li key={value} className="builder-chip">
          <span>{label(value)}</span>
          <IconButton icon="close" small label={`${t.remove}: ${label(value)}`} onClick={() => onRemove(value)} />
        </li>
      ))}
    </ul>
  );
}
