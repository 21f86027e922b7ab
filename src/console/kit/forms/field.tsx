import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';

export interface FieldProps {
  label: string;
  /** what to write there, in a few words below */
  hint?: ReactNode;
  /** what is wrong with it */
  error?: string | undefined;
  /** the label is for screen readers only: the place says what it is */
  hideLabel?: boolean;
}

type Notes = Pick<FieldProps, 'hint' | 'error'>;

/** What ties a control to the notes below it, for who cannot see them. */
export function tiedTo(id: string, { hint, error }: Notes): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return {
    ...(described && { 'aria-describedby': described }),
    ...(error && { 'aria-invalid': true as const }),
  };
}

/** A hint and what is wrong, below a control. */
export function FieldNotes({ id, hint, error }: Notes & { id: string }) {
  return (
    <>
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
    </>
  );
}

/** A label, a control, a hint and what is wrong, tied together for who cannot see them. */
export function Field({
  label,
  hint,
  error,
  hideLabel,
  children,
}: FieldProps & { children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label className={hideLabel ? 'visually-hidden' : 'field-label'} htmlFor={id}>
        {label}
      </label>
      {children({ id, ...tiedTo(id, { hint, error }) })}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

type Control<Attributes> = FieldProps &
  Omit<Attributes, 'onChange' | 'value'> & { value: string; onChange(value: string): void };

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  onChange,
  ...rest
}: Control<InputHTMLAttributes<HTMLInputElement>>) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel}>
      {(ids) => <input className="input" {...rest} {...ids} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

/** Of a name that programs use: as long as the service takes it, and no word that is spelt. */
export function IdField(props: Control<InputHTMLAttributes<HTMLInputElement>>) {
  return <TextField maxLength={128} spellCheck={false} autoComplete="off" autoCapitalize="off" {...props} />;
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  onChange,
  ...rest
}: Control<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel}>
      {(ids) => (
        <textarea className="input" rows={4} {...rest} {...ids} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
