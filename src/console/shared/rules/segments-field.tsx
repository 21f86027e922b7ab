import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Select } from '../../kit/index.ts';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { useSegmentName } from '../people/names.ts';
import { Chips } from './inputs.tsx';

/** Segments of which a customer must be in one. */
export function SegmentsField({
  values,
  onChange,
}: {
  values: readonly string[];
  onChange(values: readonly string[]): void;
}) {
  const t = useTexts(ruleTexts).inputs;
  const format = useFormat();
  const nameOf = useSegmentName();
  const { data } = useGet(get('/v1/segments'));
  const own = new Map(data?.defined.map(({ segment_id, name }) => [segment_id as string, name]));
  const label = (id: string) => nameOf(id, own.get(id));
  const choices = [
    ...(data?.defined ?? []).map(({ segment_id, members }) => ({ value: segment_id as string, count: members })),
    ...(data?.items ?? [])
      .filter(({ kind }) => kind !== 'cell')
      .map(({ segment_id, customers }) => ({ value: segment_id as string, count: customers })),
  ].filter(({ value }) => !values.includes(value));
  return (
    <>
      <Select
        label={t.segment}
        value={null}
        placeholder={t.pickSegment}
        onChange={(id) => onChange([...values, id])}
        choices={choices.map(({ value, count }) => ({ value, label: label(value), hint: format.count(count) }))}
      />
      <div className="builder-wide">
        <Chips values={values} label={label} onRemove={(gone) => onChange(values.filter((one) => one !== gone))} />
      </div>
    </>
  );
}
