import { Link } from 'wouter';
import { useMay } from '../../app/session.tsx';
import type { Column } from '../../kit/index.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { useSegmentName } from './names.ts';

/** The way to the customers of a segment, for whom customers are shown to. */
export function SeeThem({ segmentId, name }: { segmentId: string; name?: string }) {
  const t = useTexts(peopleTexts);
  const may = useMay();
  const nameOf = useSegmentName();
  if (!may('segments', 'customers')) return null;
  return (
    <Link
      href={`/customers?segment=${encodeURIComponent(segmentId)}`}
      className="nowrap"
      aria-label={t.seeThemOf(nameOf(segmentId, name))}
    >
      {t.seeThem}
    </Link>
  );
}

/** The same as the last column of a table of segments. */
export function useSeeThem<Row extends { segment_id: string; name: string }>(): Column<Row>[] {
  const t = useTexts(peopleTexts);
  const may = useMay();
  if (!may('segments', 'customers')) return [];
  return [
    {
      key: 'see',
      header: t.customer,
      align: 'end',
      cell: ({ segment_id, name }) => <SeeThem segmentId={segment_id} name={name} />,
    },
  ];
}
