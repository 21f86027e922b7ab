import { Combobox as Base } from '@base-ui/react/combobox';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';
import { Field, type FieldProps } from './field.tsx';
import type { Choice } from './select.tsx';

export interface ComboboxProps extends FieldProps {
  value: Choice<string> | null;
  onChange(value: Choice<string> | null): void;
  choices: readonly Choice<string>[];
  /** the choices are those that the service found for what is typed; without it they are filtered here */
  onType?(text: string): void;
  placeholder?: string;
}

/** One of many, found by typing: an indicator, an item, a customer. */
export function Combobox({ value, onChange, choices, onType, placeholder, ...field }: ComboboxProps) {
  const t = useTexts(kitTexts);
  return (
    <Field {...field}>
      {(ids) => (
        <Base.Root
          items={choices}
          value={value}
          onValueChange={onChange}
          onInputValueChange={(text) => onType?.(text)}
          itemToStringLabel={(choice) => choice.label}
          isItemEqualToValue={(one, other) => one.value === other.value}
          {...(onType ? { filter: null } : {})}
        >
          <div className="combobox">
            <Base.Input className="input" placeholder={placeholder ?? t.choose} {...ids} />
            <Base.Trigger className="combobox-trigger" aria-label={t.choose}>
              <Icon name="down" size={14} />
            </Base.Trigger>
          </div>
          <Base.Portal>
            <Base.Positioner className="layer" sideOffset={4}>
              <Base.Popup className="menu select-menu">
                <Base.Empty className="menu-empty">{t.noMatch}</Base.Empty>
                <Base.List>
                  {(choice: Choice<string>) => (
                    <Base.Item className="menu-item" key={choice.value} value={choice}>
                      <span className="menu-mark">
                        <Base.ItemIndicator>
                          <Icon name="check" size={14} />
                        </Base.ItemIndicator>
                      </span>
                      <span className="truncate">{choice.label}</span>
                      {choice.hint && <span className="menu-hint">{choice.hint}</span>}
                    </Base.Item>
                  )}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
