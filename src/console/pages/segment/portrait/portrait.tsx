import type { ReactNode } from 'react';
import { get, useGet } from '../../../api/index.ts';
import { daysApart, nothing, useFormat } from '../../../format/index.ts';
import { type Column, Empty, Facts, Loaded, Panel, Select, Table, useUrlState } from '../../../kit/index.ts';
import { useOwnSegments } from '../../../shared/campaigns/use-segment-names.ts';
import { ItemLink } from '../../../shared/goods/item-link.tsx';
import { useSegmentName } from '../../../shared/people/names.ts';
import { useTexts } from '../../../texts/texts.ts';
import type { SegmentPortrait } from '../types.ts';
import {
  type PortrayedGoods,
  type Trait,
  useBase,
  useFigureColumns,
  useShareColumns,
  useTraitColumn,
} from './columns.tsx';
import { isStated, type Stated, statedBy } from './stated.ts';
import { portraitTexts } from './texts.ts';

/**
 * What the members of a segment are like, beside all others or another segment.
 * @param definition the rule that makes one a member, of a segment that has one
 */
export function Portrait({ segmentId, definition }: { segmentId: string; definition?: unknown }) {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const [against, setAgainst] = useUrlState<string>('against', '');
  const asked = useGet(
    get('/v1/segments/{segment_id}/portrait', {
      path: { segment_id: segmentId },
      query: against === '' ? {} : { against },
    }),
  );
  const compared = asked.data;
  const { data: own } = useOwnSegments();
  const beside = own?.defined.find(({ segment_id }) => segment_id === against);
  const stated = statedBy([
    { id: segmentId, definition },
    { id: against, definition: beside?.definition },
  ]);
  return (
    <div className="grid">
      <Panel
        title={t.title}
        note={
          compared && !compared.why_none
            ? t.compared(
                format.count(compared.members),
                format.count(compared.others),
                format.count(compared.comparisons),
                format.plainPercent(compared.family_level),
              )
            : t.note
        }
        about={t.about}
        source={{ ...asked.source, asOf: compared?.as_of }}
        actions={<Against segmentId={segmentId} value={against} onChange={setAgainst} />}
      >
        <Loaded asked={asked} lines={8}>
          {(portrait) =>
            portrait.why_none ? (
              <Empty icon="segments" title={t.whyNone[portrait.why_none]} text={t.tooFew} />
            ) : (
              <Figures portrait={portrait} stated={stated} />
            )
          }
        </Loaded>
      </Panel>
      {compared && !compared.why_none && (
        <>
          <Traits portrait={compared} stated={stated} />
          <Goods portrait={compared} />
          <Flows portrait={compared} />
        </>
      )}
    </div>
  );
}

function Against({
  segmentId,
  value,
  onChange,
}: {
  segmentId: string;
  value: string;
  onChange(segment: string): void;
}) {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const { data } = useOwnSegments();
  const known = [
    ...(data?.defined ?? []).map(({ segment_id, name, members }) => ({
      id: segment_id as string,
      name,
      count: members,
    })),
    ...(data?.items ?? [])
      .filter(({ kind }) => kind !== 'cell')
      .map(({ segment_id, customers }) => ({ id: segment_id as string, name: undefined, count: customers })),
  ].filter(({ id }) => id !== segmentId);
  const isListed = value === '' || known.some(({ id }) => id === value);
  return (
    <Select
      label={t.against}
      value={value}
      onChange={onChange}
      choices={[
        { value: '', label: t.everybody },
        ...(isListed ? [] : [{ value, label: nameOf(value) }]),
        ...known.map(({ id, name, count }) => ({ value: id, label: nameOf(id, name), hint: format.count(count) })),
      ]}
    />
  );
}

/** Rows that only say what makes one a member: folded, with a word why. */
function LeftOut({ count, children }: { count: number; children: ReactNode }) {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  if (count === 0) return null;
  return (
    <details className="portrait-stated">
      <summary>
        {t.stated(format.count(count))} <span className="muted">{t.statedNote}</span>
      </summary>
      {children}
    </details>
  );
}

function Figures({ portrait, stated }: { portrait: SegmentPortrait; stated: Stated }) {
  const t = useTexts(portraitTexts);
  const columns = useFigureColumns(portrait.horizon_days);
  const groupOf = useBase();
  const table = (rows: SegmentPortrait['figures'], name: string) => (
    <Table
      caption={t.figures}
      rows={{ rows }}
      columns={columns}
      groupOf={groupOf}
      rowKey={({ figure }) => figure}
      fileName={`${portrait.segment_id}-${name}`}
      empty={<p className="muted">{t.noFigures}</p>}
    />
  );
  const leftOut = portrait.figures.filter((row) => isStated(stated, row));
  return (
    <>
      {table(
        portrait.figures.filter((row) => !leftOut.includes(row)),
        'figures',
      )}
      <LeftOut count={leftOut.length}>{table(leftOut, 'stated-figures')}</LeftOut>
    </>
  );
}

/** Of what does not differ the most frequent are shown. */
const firstAlike = 100;

function Traits({ portrait, stated }: { portrait: SegmentPortrait; stated: Stated }) {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const columns = [useTraitColumn(), ...useShareColumns<Trait>(portrait.fewest_shown)];
  const groupOf = useBase();
  const leftOut = portrait.traits.filter((row) => isStated(stated, row));
  const told = portrait.traits.filter((row) => !leftOut.includes(row));
  const differing = told.filter(({ differs }) => differs !== null);
  const alike = told.filter(({ differs }) => differs === null).slice(0, firstAlike);
  const table = (caption: string, rows: Trait[], name: string) => (
    <Table
      caption={caption}
      rows={{ rows }}
      columns={columns}
      groupOf={groupOf}
      rowKey={({ topic, attribute, value }) => `${topic} ${attribute} ${value}`}
      fileName={`${portrait.segment_id}-${name}`}
      empty={<Empty icon="check" title={t.none} text={t.noneText} />}
    />
  );
  return (
    <>
      <Panel title={t.differences} note={t.differencesNote} flush>
        {table(t.differences, differing, 'differences')}
        <LeftOut count={leftOut.length}>{table(t.differences, leftOut, 'stated')}</LeftOut>
      </Panel>
      {alike.length > 0 && (
        <Panel title={t.alike} note={t.alikeNote}>
          <details>
            <summary>{t.alikeCount(format.count(alike.length))}</summary>
            {table(t.alike, alike, 'habits')}
          </details>
        </Panel>
      )}
    </>
  );
}

function Goods({ portrait }: { portrait: SegmentPortrait }) {
  const t = useTexts(portraitTexts);
  const groupOf = useBase();
  const columns: Column<PortrayedGoods>[] = [
    {
      key: 'item',
      header: t.item,
      cell: ({ item_id, title }) => <ItemLink itemId={item_id} title={title} />,
      value: ({ item_id }) => item_id,
    },
    ...useShareColumns<PortrayedGoods>(portrait.fewest_shown),
  ];
  return (
    <Panel title={t.goods} note={t.goodsNote} flush>
      <Table
        caption={t.goods}
        rows={{ rows: portrait.goods }}
        columns={columns}
        groupOf={groupOf}
        rowKey={({ item_id }) => item_id}
        fileName={`${portrait.segment_id}-goods`}
        empty={<Empty icon="segments" title={t.noGoods} />}
      />
    </Panel>
  );
}

function Flows({ portrait: { flows, as_of } }: { portrait: SegmentPortrait }) {
  const t = useTexts(portraitTexts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const list = (moves: typeof flows.from, outside: number | null, name: string) =>
    [
      ...moves.map(({ segment_id, customers }) => `${nameOf(segment_id)}: ${format.count(customers)}`),
      ...(outside ? [`${name}: ${format.count(outside)}`] : []),
    ].join('; ') || nothing;
  const between = flows.since && daysApart(flows.since, as_of);
  return (
    <Panel
      title={t.flows}
      note={
        flows.since && between !== null
          ? t.flowsBetween(format.moment(flows.since), format.moment(as_of), format.days(between))
          : t.flowsNote(format.days(flows.days))
      }
      about={t.flowsAbout}
    >
      <Facts
        facts={[
          [t.entered, format.count(flows.entered)],
          [t.from, list(flows.from, flows.newcomers, t.newcomers)],
          [t.left, format.count(flows.left)],
          [t.to, list(flows.to, flows.gone, t.gone)],
        ]}
      />
    </Panel>
  );
}
