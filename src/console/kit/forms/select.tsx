import { CSPProvider } from '@base-ui/react/csp-provider';
import { Select as Base } from '@base-ui/react/select';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';
import { Field, type FieldProps } from './field.tsx';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
}

export interface SelectProps<Value extends string> extends FieldProps {
  value: Value | null;
  onChange(value: Value): void;
  choices: readonly Choice<Value>[];
  placeholder?: string;
  disabled?: boolean;
}

/** Nothing chosen is a choice like the others, but the list takes an empty value for none. */
const empty = '\u0000';

/** One of a few; of many see Combobox. */
export function Select<Value extends string>({
  value,
  onChange,
  choices,
  placeholder,
  disabled,
  ...field
}: SelectProps<Value>) {
  const t = useTexts(kitTexts);
  const items = choices.map((choice) => ({ ...choice, value: choice.value || empty }));
  return (
    <Field {...field}>
      {(ids) => (
        // Its list would bring a style of its own into the page, which the policy refuses.
        <CSPProvider disableStyleElements>
          <Base.Root
            items={items}
            value={value === '' ? empty : value}
            onValueChange={(next) => next !== null && onChange((next === empty ? '' : next) as Value)}
            disabled={disabled}
          >
            <Base.Trigger className="input select" {...ids}>
              <Base.Value className="truncate" placeholder={placeholder ?? t.choose} />
              <Base.Icon className="select-icon">
                <Icon name="down" size={14} />
              </Base.Icon>
            </Base.Trigger>
            <Base.Portal>
              <Base.Positioner className="layer" sideOffset={4} alignItemWithTrigger={false}>
                <Base.Popup className="menu select-menu">
                  <Base.List>
                    {items.map((choice) => (
                      <Base.Item className="menu-item" key={choice.value} value={choice.value}>
                        <span className="menu-mark">
                          <Base.ItemIndicator>
                            <Icon name="check" size={14} />
                          </Base.ItemIndicator>
                        </span>
                        <Base.ItemText>{choice.label}</Base.ItemText>
                        {choice.hint && <span className="menu-hint">{choice.hint}</span>}
                      </Base.Item>
                    ))}
                  </Base.List>
                </Base.Popup>
              </Base.Positioner>
            </Base.Portal>
          </Base.Root>
        </CSPProvider>
      )}
    </Field>
  );
}
