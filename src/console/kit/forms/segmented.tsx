import type { Choice } from './select.tsx';

export interface SegmentedProps<Value extends string> {
  /** what is chosen, for who cannot see it */
  label: string;
  value: Value;
  onChange(value: Value): void;
  choices: readonly Choice<Value>[];
}

/** One of two to five, all of them seen: grain, range, chart or table. */
export function Segmented<Value extends string>({ label, value, onChange, choices }: SegmentedProps<Value>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row in all browsers
    <div className="segmented" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          type="button"
          key={choice.value}
          className="segmented-item"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
