import type { ReactNode } from 'react';
import { type Answer, type Asked, get, useGet } from '../../../api/index.ts';
import { useFormat } from '../../../format/index.ts';
import { type Column, Icon, Loaded, Stat, Table } from '../../../kit/index.ts';
import { ItemLink } from '../../../shared/goods/item-link.tsx';
import { changeOf } from '../../../shared/indicators.ts';
import { useSegmentName } from '../../../shared/people/names.ts';
import { indicatorTexts } from '../../../texts/indicators.ts';
import { useTexts } from '../../../texts/texts.ts';
import { daysOf, type Span } from '../span.ts';
import { contributorsTo } from './contributors.ts';
import { movedTexts } from './moved-texts.ts';

export type SalesChange = Answer<'/v1/sales-changes'>;
type Changed = SalesChange['figures'][number];
type Dimension = Changed['by'][number]['dimension'];
type Row = { member: string; name: ReactNode } & Pick<Changed, 'before' | 'now' | 'change'>;

/** What the span's sales came from, beside the time before it. */
export function useSalesChange(span: Span, isWanted = true): Asked<SalesChange> {
  const { now, before } = daysOf(span);
  const query = { ...now, before_from: before.from, before_to: before.to, limit: 10 };
  return useGet(get('/v1/sales-changes', { query }), { when: isWanted });
}

/** Net sales, orders and customers of a stretch of days, which no period of the indicators is. */
export function ChangedFigures({ asked, isComparable }: { asked: Asked<SalesChange>; isComparable: boolean }) {
  const t = useTexts(movedTexts);
  const format = useFormat();
  return (
    <Loaded asked={asked} height={120}>
      {({ figures }) => (
        <div className="stats">
          {figures.map(({ figure, unit, now, before }) => (
            <Stat
              key={figure}
              about={{
                name: t.figures[figure],
                definition: t.about,
                parts: [[t.before, format.figure(before, unit)]],
                source: asked.source,
              }}
              value={format.figure(now, unit)}
              {...(isComparable ? { change: changeOf(now, before) } : {})}
              better="more"
            />
          ))}
        </div>
      )}
    </Loaded>
  );
}

/** How a member is called. */
function useNameOf(): (dimension: Dimension, member: string, title: string | null) => string {
  const t = useTexts(movedTexts);
  const { notTold } = useTexts(indicatorTexts);
  const segmentName = useSegmentName();
  return (dimension, member, title) => {
    if (dimension === 'segment') return member === '' ? t.noGroup : segmentName(member);
    return dimension === 'item' ? (title ?? member) : member || notTold;
  };
}

/** How much a figure is, and how much more or less than before. */
export function useChangeInWords(): (changed: Changed) => string {
  const t = useTexts(movedTexts);
  const format = useFormat();
  return ({ figure, unit, before, now, change }) => {
    const moved = Number(change);
    const written = [t.figures[figure], format.figure(now, unit)] as const;
    const size = [format.figure(Math.abs(moved), unit), format.change(changeOf(now, before))] as const;
    if (moved === 0) return t.same(...written);
    if (moved > 0) return t.more(...written, ...size);
    return unit === 'count' ? t.fewer(...written, ...size) : t.less(...written, ...size);
  };
}

/** Which group, category and item moved a figure most, and which worked most against it; all parts to be opened. */
export function WhatMoved({ changed: { figure, unit, before, now, change, by } }: { changed: Changed }) {
  const t = useTexts(movedTexts);
  const format = useFormat();
  const nameOf = useNameOf();
  const moved = Number(change);
  // A word joiner: the sign stays with its figure at the end of a line.
  const signed = (value: number) => `${value < 0 ? '−' : '+'}\u2060${format.figure(Math.abs(value), unit)}`;
  return (
    <>
      <ul className="today-words">
        {by.map(({ dimension, parts }) => {
          const { most, against } = contributorsTo(
            moved,
            parts.map((part) => ({ ...part, change: Number(part.change) })),
          );
          const tell = (part: NonNullable<typeof most>) =>
            [nameOf(dimension, part.member, part.title), signed(part.change)] as const;
          return (
            <li key={dimension}>
              <span className="muted">
                <Icon name={moved < 0 ? 'down' : 'up'} />
              </span>
              <span>
                {t.most[dimension]}: {most ? t.contributor(...tell(most)) : t.none}
                {against && `; ${t.against(...tell(against))}`}
              </span>
            </li>
          );
        })}
      </ul>
      <details>
        <summary>{t.parts}</summary>
        {by.map((one) => (
          <Parts key={one.dimension} by={one} whole={{ before, now, change }} unit={unit} figure={figure} />
        ))}
      </details>
    </>
  );
}

/** The parts of a change, the others and the whole. */
function Parts({
  by: { dimension, parts, others },
  whole,
  unit,
  figure,
}: {
  by: Changed['by'][number];
  whole: Pick<Changed, 'before' | 'now' | 'change'>;
  unit: Changed['unit'];
  figure: Changed['figure'];
}) {
  const t = useTexts(movedTexts);
  const format = useFormat();
  const nameOf = useNameOf();
  const rows = parts.map(
    ({ member, title, ...amounts }): Row => ({
      member,
      name: dimension === 'item' ? <ItemLink itemId={member} title={title} /> : nameOf(dimension, member, title),
      ...amounts,
    }),
  );
  const last: Row[] = [
    ...(others.members > 0
      ? [{ ...others, member: t.others(format.count(others.members)), name: t.others(format.count(others.members)) }]
      : []),
    { ...whole, member: t.whole, name: <strong>{t.whole}</strong> },
  ];
  const column = (key: 'before' | 'now' | 'change'): Column<Row> => ({
    key,
    header: t[key],
    align: 'end',
    wideOnly: key === 'before',
    cell: (row) => <span className="nowrap">{format.figure(row[key], unit)}</span>,
    value: (row) => Number(row[key]),
  });
  const columns: Column<Row>[] = [
    { key: 'member', header: t.dimensions[dimension], cell: ({ name }) => name, value: ({ member }) => member },
    column('before'),
    column('now'),
    column('change'),
  ];
  return (
    <Table
      caption={`${t.figures[figure]}: ${t.dimensions[dimension]}`}
      rows={{ rows }}
      last={last}
      columns={columns}
      rowKey={({ member }) => member}
      fileName={`${figure}-by-${dimension}`}
    />
  );
}
