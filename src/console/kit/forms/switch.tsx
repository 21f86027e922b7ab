import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import { Icon } from '../base/icon.tsx';
import type { FieldProps } from './field.tsx';

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
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const box = (
    // biome-ignore lint/a11y/noLabelWithoutControl: the box inside is the control
    <label className="switch-row">
      <BaseCheckbox.Root
        className="checkbox"
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        {...(described && { 'aria-describedby': described })}
        {...(error && { 'aria-invalid': true })}
      >
        <BaseCheckbox.Indicator className="checkbox-mark">
          <Icon name="check" size={12} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span>{label}</span>
    </label>
  );
  if (!described) return box;
  return (
    <div>
      {box}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
