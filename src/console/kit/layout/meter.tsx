import type { Tone } from './notice.tsx';

/** How much of something limited is used, with the figures in words beside it. */
export function Meter({
  label,
  value,
  text,
  tone = 'accent',
}: {
  label: string;
  /** from 0 to 1; more is full */
  value: number;
  /** what it says, for example "412 of 1,000" */
  text: string;
  tone?: Tone;
}) {
  const share = Math.min(Math.max(Number.isFinite(value) ? value : 0, 0), 1);
  return (
    <div className="meter">
      <div className="meter-words">
        <span>{label}</span>
        <span className="muted">{text}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: the browser's own meter cannot have the tokens' colours */}
      <div
        className={`meter-track meter-${tone}`}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={share}
        aria-valuetext={text}
      >
        <span className="meter-fill" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

/** Names and values below each other: what is known of one thing. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: React.ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div className="fact" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
