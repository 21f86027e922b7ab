import { useId } from 'react';
import { TextField } from '../kit/index.ts';
import { useSuggestions } from './use-suggestions.ts';

/** A text, with those that the shop has as suggestions. */
export function SuggestedField({
  label,
  value,
  onChange,
  of,
  placeholder,
  error,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  of?: 'category' | 'brand';
  placeholder: string;
  error?: string | undefined;
}) {
  const list = useId();
  const suggestions = useSuggestions(of);
  return (
    <>
      <TextField
        label={label}
        value={value}
        placeholder={placeholder}
        error={error}
        maxLength={512}
        list={of ? list : undefined}
        autoComplete="off"
        onChange={onChange}
      />
      {of && <Suggestions id={list} values={suggestions} />}
    </>
  );
}

export function Suggestions({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  );
}
