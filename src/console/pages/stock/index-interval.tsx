import { useFormat } from '../../format/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** From a quarter to four times as often, by the logarithm: halving is as far from "as ever" as doubling. */
const widest = Math.log(4);
const placeOf = (index: number) =>
  `${((Math.min(Math.max(Math.log(index), -widest), widest) / widest + 1) / 2) * 100}%`;

/** A trend index with the interval that holds it, beside the line of "as ever". */
export function IndexInterval({ index, low, high }: { index: number; low: number; high: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [from, to] = [placeOf(low), placeOf(high)];
  return (
    <span className="stock-interval">
      <span className="stock-interval-track" aria-hidden="true">
        <span className="stock-interval-range" style={{ left: from, right: `calc(100% - ${to})` }} />
        <span className="stock-interval-one" />
        <span className="stock-interval-dot" style={{ left: placeOf(index) }} />
      </span>
      <span className="muted nowrap">{t.range(format.number(low, 2), format.number(high, 2))}</span>
    </span>
  );
}
