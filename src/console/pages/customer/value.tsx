import type { Asked } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Facts, Loaded, Panel } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Profile } from './types.ts';

/** What the model of customer value expects, and what it does not know. */
export function Value({ asked }: { asked: Asked<Profile> }) {
  const t = useTexts(texts);
  const value = asked.data?.value;
  const source = { ...asked.source, dataVersion: value?.version, asOf: value?.as_of };
  return (
    <Panel title={t.value} source={source}>
      <Loaded asked={asked}>{() => (value ? <Expected value={value} /> : <p className="muted">{t.noValue}</p>)}</Loaded>
    </Panel>
  );
}

function Expected({ value }: { value: NonNullable<Profile['value']> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { next_order_at: next, why_not_alive: why } = value;
  return (
    <>
      <Facts
        facts={[
          [`${t.expectedOrders} (${t.within(format.days(value.horizon_days))})`, format.number(value.expected_orders)],
          [t.orderValue, format.money(value.expected_order_value)],
          [t.nextOrder, next ? format.day(next, 'year') : t.notWithin],
          [t.rankedBy, wordOf(t.ranks, value.ranked_by)],
        ]}
      />
      {why && <p className="panel-note">{wordOf(t.whyNotAlive, why)}</p>}
    </>
  );
}
