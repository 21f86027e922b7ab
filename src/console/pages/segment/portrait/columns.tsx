import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, type Column } from '../../../kit/index.ts';
import { wordOf } from '../../../shared/people/names.ts';
import { peopleTexts } from '../../../texts/people.ts';
import { useTexts } from '../../../texts/texts.ts';
import type { SegmentPortrait } from '../types.ts';
import { portraitTexts } from './texts.ts';

export type Trait = SegmentPortrait['traits'][number];
export type PortrayedGoods = SegmentPortrait['goods'][number];
type Figure = SegmentPortrait['figures'][number];
type Share = Pick<
  Trait,
  'members' | 'share' | 'of_members' | 'others' | 'other_share' | 'of_others' | 'index' | 'differs'
>;

/** What it is about and the value, in words. */
export function useTraitColumn(): Column<Trait> {
  const t = useTexts(portraitTexts);
  const words = useTexts(peopleTexts);
  const sayTopic = ({ topic, attribute }: Trait) =>
    attribute !== null
      ? wordOf(words.attributes, attribute)
      : Object.hasOwn(t.topics, topic)
        ? wordOf(t.topics, topic)
        : wordOf(words.tags, topic);
  const sayValue = ({ topic, value }: Trait) => {
    if (topic === 'group') return wordOf(words.groups, value);
    if (topic === 'hour') return `${value}:00`;
    if (topic === 'attribute') return value === 'true' ? t.yes : value === 'false' ? t.no : value;
    return wordOf(words.tagValues, value);
  };
  return {
    key: 'value',
    header: t.what,
    cell: (trait) => (
      <>
        {sayTopic(trait)}: <strong>{sayValue(trait)}</strong>
      </>
    ),
    value: (trait) => `${sayTopic(trait)}: ${sayValue(trait)}`,
  };
}

/** Of how many a row is known, which is the heading that it stands under: shares of other bases are not to be compared. */
export function useBase(): (row: { of_members: number; of_others: number }) => string {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  return ({ of_members, of_others }) => t.base(format.count(of_members), format.count(of_others));
}

/** Shares of both sides and their index, of what fewer than so many have nothing. */
export function useShareColumns<Row extends Share>(fewest: number): Column<Row>[] {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const share = (count: number | null, value: number | null) =>
    count === null ? t.fewer(format.count(fewest)) : t.shareOf(format.percent(value), format.count(count));
  return [
    {
      key: 'share',
      header: t.ofMembers,
      align: 'end',
      help: t.shareHelp,
      cell: (row) => share(row.members, row.share),
      value: (row) => row.share,
    },
    {
      key: 'other_share',
      header: t.ofOthers,
      align: 'end',
      help: t.shareHelp,
      cell: (row) => share(row.others, row.other_share),
      value: (row) => row.other_share,
    },
    {
      key: 'index',
      header: t.index,
      help: t.indexHelp,
      align: 'end',
      cell: ({ index, differs }) => (
        <>
          {differs && <Badge tone={differs === 'more' ? 'good' : 'warn'}>{t[differs]}</Badge>}{' '}
          {index ? format.number(index.value, 0) : nothing}
        </>
      ),
      value: ({ index }) => index?.value ?? null,
    },
    {
      key: 'interval',
      header: t.interval,
      align: 'end',
      wideOnly: true,
      cell: ({ index }) => (index ? t.between(format.number(index.low, 0), format.number(index.high, 0)) : nothing),
      value: ({ index }) => (index ? `${index.low} ${index.high}` : null),
    },
  ];
}

export function useFigureColumns(horizonDays: number | null): Column<Figure>[] {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const write = (unit: Figure['unit'], value: string | number | null) => {
    if (value === null) return nothing;
    if (unit === 'money') return format.money(value);
    return unit === 'days' ? format.days(value, 1) : format.number(value, Number.isInteger(Number(value)) ? 0 : 2);
  };
  return [
    {
      key: 'figure',
      header: t.figure,
      cell: ({ figure }) =>
        figure.startsWith('expected_') && horizonDays !== null
          ? t.within(t.figureNames[figure], format.days(horizonDays))
          : t.figureNames[figure],
      value: ({ figure }) => t.figureNames[figure],
    },
    {
      key: 'mean',
      header: t.ofMembers,
      align: 'end',
      cell: ({ unit, mean }) => write(unit, mean),
      value: ({ mean }) => mean,
    },
    {
      key: 'other_mean',
      header: t.ofOthers,
      align: 'end',
      cell: ({ unit, other_mean }) => write(unit, other_mean),
      value: ({ other_mean }) => other_mean,
    },
    {
      key: 'difference',
      header: t.difference,
      help: t.differenceHelp,
      align: 'end',
      cell: ({ unit, difference, differs }) => (
        <>
          {differs && <Badge tone="accent">{t[differs]}</Badge>} {write(unit, difference.value)}
        </>
      ),
      value: ({ difference }) => difference.value,
    },
    {
      key: 'interval',
      header: t.interval,
      align: 'end',
      wideOnly: true,
      cell: ({ unit, difference: { low, high } }) => t.between(write(unit, low), write(unit, high)),
      value: ({ difference: { low, high } }) => `${low} ${high}`,
    },
    {
      key: 'total',
      header: t.total,
      align: 'end',
      wideOnly: true,
      cell: ({ unit, total }) => write(unit, total),
      value: ({ total }) => total,
    },
  ];
}
