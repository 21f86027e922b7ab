import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import { Icon } from '../base/icon.tsx';
import { FieldNotes, type FieldProps, tiedTo } from './field.tsx';

interface Props {
  label: ReactNode;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
}

/** What holds at once when it is turned. */
export function Switch({ label, checked, onChange, disabled }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
    <label className="switch-row">
      <Base.Root className="switch" checked={checked} onCheckedChange={onChange} disabled={disabled}>
        <Base.Thumb className="switch-thumb" />
      </Base.Root>
      <span>{label}</span>
    </label>
  );
}

/** What holds when the form is sent, or one of several. */
export function Checkbox({
  label,
  checked,
  onChange,
  disabled,
  hint,
  error,
}: Props & Pick<FieldProps, 'hint' | 'error'>) {
  const id = useId();
  const box = (
    // biome-ignore lint/a11y/noLabelWithoutControl: the box inside is the control
    <label className="switch-row">
      <BaseCheckbox.Root
        className="checkbox"
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        {...tiedTo(id, { hint, error })}
      >
        <BaseCheckbox.Indicator className="checkbox-mark">
          <Icon name="check" size={12} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span>{label}</span>
    </label>
  );
  if (!hint && !error) return box;
  return (
    <div>
      {box}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
