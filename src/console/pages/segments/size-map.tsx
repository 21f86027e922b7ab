import { Link } from 'wouter';
import { useFormat } from '../../format/index.ts';
import { segmentPath, useSegmentName } from '../../shared/people/names.ts';
import { useTexts } from '../../texts/texts.ts';
import { segmentClass } from './segment-class.ts';
import { texts } from './texts.ts';
import type { Segment } from './types.ts';

/** A bar for each segment, as wide as it has customers and as high as what one of them spent: its area is the revenue. */
export function SizeMap({ segments }: { segments: readonly Segment[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const there = segments.filter(({ customers }) => customers > 0);
  const most = Math.max(...there.map(({ mean_monetary }) => Number(mean_monetary)), Number.MIN_VALUE);
  const described = there.map(({ segment_id, share, revenue_share }) =>
    t.mapOf(nameOf(segment_id), format.percent(share, 0), format.percent(revenue_share, 0)),
  );
  return (
    <figure className="size-map" aria-label={t.mapDescribe(described.join('; '))}>
      <ul className="size-map-bars">
        {there.map(({ segment_id, share, customers, mean_monetary, revenue_share }) => (
          <li key={segment_id} className="size-map-column" style={{ flexGrow: share }}>
            <Link href={segmentPath(segment_id)} className="size-map-link" title={nameOf(segment_id)}>
              <span className="size-map-space">
                <strong className="size-map-revenue">{t.ofRevenue(format.percent(revenue_share, 0))}</strong>
                <span
                  className={`size-map-bar ${segmentClass(segment_id)}`}
                  style={{ height: `${(78 * Math.max(Number(mean_monetary), 0)) / most}%` }}
                />
              </span>
              <span className="size-map-name">{nameOf(segment_id)}</span>
              <span className="muted">{t.ofCustomers(format.percent(share, 0))}</span>
              <span className="muted">{t.each(format.compact(mean_monetary, 'money'))}</span>
              <span className="visually-hidden">{format.count(customers)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </figure>
  );
}
