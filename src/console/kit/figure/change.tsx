import { nothing, useFormat } from '../../format/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';

/** Which way is good; of figures that are neither good nor bad it is left out. */
export type Better = 'more' | 'less';

/** By what part something has changed, with an arrow; the colour only says it again. @param value 0.05: five percent more */
export function Change({ value, better }: { value: number | null | undefined; better?: Better | undefined }) {
  const format = useFormat();
  const t = useTexts(kitTexts);
  if (value === null || value === undefined || !Number.isFinite(value)) return <span className="muted">{nothing}</span>;
  const direction = Math.abs(value) < 0.0005 ? 0 : Math.sign(value);
  const isGood = better && direction !== 0 ? direction > 0 === (better === 'more') : undefined;
  const tone = isGood === undefined ? 'neutral' : isGood ? 'good' : 'bad';
  const word = direction > 0 ? t.rising : direction < 0 ? t.falling : t.unchanged;
  return (
    <span className={`change change-${tone}`}>
      <Icon name={direction > 0 ? 'up' : direction < 0 ? 'down' : 'minus'} size={12} />
      <span className="visually-hidden">{word} </span>
      {format.change(value)}
    </span>
  );
}
