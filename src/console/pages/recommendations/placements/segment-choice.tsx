import { useFormat } from '../../../format/index.ts';
import { Select } from '../../../kit/index.ts';
import { useOwnSegments } from '../../../shared/campaigns/use-segment-names.ts';
import { useSegmentName } from '../../../shared/people/names.ts';
import { useTexts } from '../../../texts/texts.ts';
import { placementTexts } from './texts.ts';

/** Whose best sellers a placement shows; who may see no segments leaves what is set. */
export function SegmentChoice({
  value,
  onChange,
  error,
}: {
  /** '': everybody's */
  value: string;
  onChange(segment: string): void;
  error: string | undefined;
}) {
  const t = useTexts(placementTexts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const { data } = useOwnSegments();
  const own = new Map(data?.defined.map(({ segment_id, name }) => [segment_id as string, name]));
  const known = [
    ...(data?.defined ?? []).map(({ segment_id, members }) => ({ id: segment_id as string, count: members })),
    ...(data?.items ?? [])
      .filter(({ kind }) => kind !== 'cell')
      .map(({ segment_id, customers }) => ({ id: segment_id as string, count: customers })),
  ];
  const isListed = value === '' || known.some(({ id }) => id === value);
  return (
    <Select
      label={t.segment}
      hint={t.segmentHint}
      value={value}
      error={error}
      onChange={onChange}
      choices={[
        { value: '', label: t.everybody },
        ...(isListed ? [] : [{ value, label: nameOf(value) }]),
        ...known.map(({ id, count }) => ({ value: id, label: nameOf(id, own.get(id)), hint: format.count(count) })),
      ]}
    />
  );
}
