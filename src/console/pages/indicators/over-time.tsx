import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, type Grain, today } from '../../format/index.ts';
import { Loaded, useRange, useUrlState } from '../../kit/index.ts';
import type { Indicator } from '../../shared/indicators.ts';
import { Chooser } from './chooser.tsx';
import { Course } from './course.tsx';
import { firstIndicator } from './first.ts';

/** One indicator: chosen at the left, its course, its values and its definition at the right. */
export function OverTime() {
  const definitions = useGet(get('/v1/indicators'));
  const [chosen] = useUrlState('indicator', firstIndicator);
  return (
    <Loaded asked={definitions} height={420}>
      {({ items }) => {
        const indicator = items.find((one) => one.indicator_id === chosen) ?? items[0];
        return indicator ? (
          <div className="indicators">
            <Chooser indicators={items} chosen={indicator} />
            <div className="indicators-main">
              <One key={indicator.indicator_id} indicator={indicator} />
            </div>
          </div>
        ) : null;
      }}
    </Loaded>
  );
}

/** What is asked for: what the address says, as far as the indicator is told so. */
function One({ indicator }: { indicator: Indicator }) {
  const { shop } = useSession();
  const range = useRange(shop.time_zone);
  const [wantedGrain] = useUrlState<Grain | ''>('grain', '');
  const [wantedBy] = useUrlState<Indicator['dimensions'][number] | ''>('by', '');
  const [compare] = useUrlState<'' | 'before' | 'year'>('compare', '');
  const grain = grainOf(indicator, wantedGrain, range.days);
  const by = wantedBy && indicator.dimensions.includes(wantedBy) ? wantedBy : '';
  const query = { grain, ...(by ? { by, limit: 20 } : {}) };
  const path = { indicator_id: indicator.indicator_id };
  const address = '/v1/indicators/{indicator_id}/values' as const;
  const values = useGet(get(address, { path, query: { ...query, from: range.from, to: range.to } }));
  const earlier = useGet(
    get(address, {
      path,
      query: { ...query, from: addDays(range.from, -range.days), to: addDays(range.to, -range.days) },
    }),
    { when: compare === 'before' && !by },
  );
  // What the members are of, and what those shown leave to all others.
  const whole = useGet(get(address, { path, query: { grain, from: range.from, to: range.to } }), { when: by !== '' });
  return (
    <Course
      indicator={indicator}
      asked={values}
      grain={grain}
      by={by}
      compare={by ? '' : compare}
      earlier={compare === 'before' && !by ? earlier.data : undefined}
      whole={by ? whole.data : undefined}
      now={today(shop.time_zone)}
    />
  );
}

/** The grain that is wanted, else days, or the shortest that the indicator has; hours of a fortnight at most. */
function grainOf({ grains }: Indicator, wanted: Grain | '', days: number): Grain {
  const has = (grain: Grain) => grains.includes(grain);
  if (wanted && has(wanted) && (wanted !== 'hour' || days <= 14)) return wanted;
  if (days > 180 && has('week')) return 'week';
  return has('day') ? 'day' : (grains.at(-1) ?? 'month');
}
