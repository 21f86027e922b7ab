import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { Empty, HeatMap, Loaded, Panel } from '../../kit/index.ts';
import { type IndicatorValues, numberOf } from '../../shared/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Who came first in which month, and how many of them came again. */
export function Cohorts() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const now = today(shop.time_zone);
  const asked = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: 'retention-by-cohort' },
      query: { grain: 'month', by: 'cohort', from: `${addDays(now, -365).slice(0, 7)}-01`, to: now, limit: 100 },
    }),
  );
  return (
    <Panel title={t.cohortsTitle} note={t.cohortsNote} about={t.cohortsNote} source={asked.source}>
      <Loaded asked={asked} height={420}>
        {(values) => <CohortMap values={values} thisMonth={now.slice(0, 7)} />}
      </Loaded>
    </Panel>
  );
}

const monthOf = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));

function CohortMap({ values, thisMonth }: { values: IndicatorValues; thisMonth: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const items = values.items.filter((one) => one.member && one.period.slice(0, 7) !== thisMonth && one.value !== null);
  const cohorts = [...new Set(items.map((one) => one.member as string))].sort().slice(-13);
  const later = (item: (typeof items)[number]) => monthOf(item.period) - monthOf(item.member as string);
  const most = Math.max(0, ...items.filter((one) => cohorts.includes(one.member as string)).map(later));
  if (cohorts.length === 0 || most === 0) return <Empty icon="customers" title={t.noCohorts} text={t.noCohortsText} />;
  const columns = Array.from({ length: Math.min(most, 12) }, (_, place) => place + 1);
  const of = (cohort: string) => items.filter((one) => one.member === cohort);
  return (
    <HeatMap
      describe={t.cohortsDescribe}
      corner={t.cohort}
      rows={cohorts.map((cohort) => {
        const size = of(cohort)[0]?.denominator;
        return { name: format.period(`${cohort}-01`, 'month'), note: format.count(size) };
      })}
      columns={columns.map((count) => t.month(count))}
      values={cohorts.map((cohort) =>
        columns.map((count) => numberOf(of(cohort).find((one) => later(one) === count)?.value)),
      )}
      unit="share"
    />
  );
}
