import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';

interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** An estimate and its interval beside the line of nothing added. */
export function EffectInterval({ estimate, write }: { estimate: Estimate; write(value: number): string }) {
  const t = useTexts(texts);
  const { value, low, high } = estimate;
  const [least, most] = [Math.min(0, low), Math.max(0, high)];
  const place = (at: number) => `${most > least ? 4 + (92 * (at - least)) / (most - least) : 50}%`;
  return (
    <span className="campaign-interval">
      <span className="campaign-interval-track" aria-hidden="true">
        <span className="campaign-interval-zero" style={{ left: place(0) }} />
        <span className="campaign-interval-range" style={{ left: place(low), right: `calc(100% - ${place(high)})` }} />
        <span className="campaign-interval-dot" style={{ left: place(value) }} />
      </span>
      <span className="muted nowrap">{t.range(write(low), write(high))}</span>
    </span>
  );
}
