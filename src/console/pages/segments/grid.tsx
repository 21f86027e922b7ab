import { useState } from 'react';
import { Link } from 'wouter';
import { get, type Source, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, HeatMap, Loaded, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { segmentPath, useSegmentName } from '../../shared/people/names.ts';
import { useSeeThem } from '../../shared/people/see-them.tsx';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { useFigureColumns } from './figure-columns.tsx';
import { texts } from './texts.ts';
import type { AllSegments, Segment } from './types.ts';

type Shown = 'customers' | 'revenueShare' | 'mean';
const scores = [5, 4, 3, 2, 1] as const;
type Ranges = AllSegments['thresholds']['recency'];

/** The cells, which are listed only where they are asked for. */
export function Grid({ all, source }: { all: AllSegments; source: Source }) {
  const asked = useGet(get('/v1/segments', { query: { scheme: 'cell' } }));
  return (
    <Loaded asked={asked} height={320}>
      {({ items }) => <GridOf cells={items} all={all} source={source} />}
    </Loaded>
  );
}

/** Customers by recency and frequency, and of a chosen cell by money. */
function GridOf({ cells, all, source }: { cells: readonly Segment[]; all: AllSegments; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(wordTexts);
  const [shown, setShown] = useUrlState<Shown>('shown', 'customers');
  const [chosen, setPicked] = useUrlState<string>('cell', '');
  const picked = chosen || largestOf(cells);
  const frequencies = scores.toReversed();
  const label = useRangeLabels(all.thresholds);
  const [r = '', f = ''] = picked;
  return (
    <div className="grid">
      <Panel
        title={t.grid}
        note={t.gridNote}
        about={`${words.cell} ${t.gridAbout}`}
        source={source}
        span={6}
        actions={
          <Segmented<Shown>
            label={t.gridValue}
            value={shown}
            onChange={setShown}
            choices={(['customers', 'revenueShare', 'mean'] as const).map((value) => ({ value, label: t[value] }))}
          />
        }
      >
        <HeatMap
          describe={t.gridDescribe}
          corner="R \ F"
          rows={scores.map((score) => ({ name: `R${score}`, note: label.recency(score) }))}
          columns={frequencies.map((score) => `F${score} · ${label.frequency(score)}`)}
          values={scores.map((recency) =>
            frequencies.map((frequency) => shownOf(cellsOf(cells, `${recency}${frequency}`), shown)),
          )}
          unit={shown === 'customers' ? 'count' : shown === 'mean' ? 'money' : 'share'}
          onPick={(row, column) => setPicked(`${scores[row]}${frequencies[column]}`)}
        />
      </Panel>
      <Panel title={t.cellsOf(r, f)} source={source} span={6} flush>
        <Cells cells={cellsOf(cells, picked)} ranges={all.thresholds.monetary} />
      </Panel>
    </div>
  );
}

/** The scores for recency and frequency of the most customers: what is shown until another cell is pressed. */
function largestOf(cells: readonly Segment[]): string {
  const customers = new Map<string, number>();
  for (const cell of cells) {
    const scored = cell.segment_id.slice('cell-'.length, 'cell-'.length + 2);
    customers.set(scored, (customers.get(scored) ?? 0) + cell.customers);
  }
  return [...customers].reduce((most, one) => (one[1] > most[1] ? one : most), ['55', -1] as const)[0];
}

/** The cells with these scores for recency and frequency, by money from the best down. */
const cellsOf = (cells: readonly Segment[], scored: string) =>
  cells
    .filter(({ segment_id }) => segment_id.startsWith(`cell-${scored}`))
    .sort((one, other) => other.segment_id.localeCompare(one.segment_id));

function shownOf(cells: readonly Segment[], shown: Shown): number | null {
  const customers = cells.reduce((sum, cell) => sum + cell.customers, 0);
  if (customers === 0) return null;
  if (shown === 'customers') return customers;
  if (shown === 'revenueShare') return cells.reduce((sum, cell) => sum + (cell.revenue_share ?? 0), 0);
  return cells.reduce((sum, cell) => sum + Number(cell.mean_monetary) * cell.customers, 0) / customers;
}

function useRangeLabels(thresholds: AllSegments['thresholds']) {
  const t = useTexts(texts);
  const of = (ranges: Ranges, score: number) => ranges.find((range) => range.score === score);
  const say = (write: (from: string, to: string) => string, range: Ranges[number] | undefined) =>
    range ? write(range.from ?? '0', range.to ?? '') : '';
  return {
    recency: (score: number) => say(t.days, of(thresholds.recency, score)),
    frequency: (score: number) => say(t.orders, of(thresholds.frequency, score)),
  };
}

function Cells({ cells, ranges }: { cells: readonly Segment[]; ranges: Ranges }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const figures = useFigureColumns().filter(({ key }) => ['customers', 'monetary'].includes(key));
  const [sort, setSort] = useState('');
  const rangeOf = ({ segment_id }: Segment) => {
    const range = ranges.find(({ score }) => score === Number(segment_id.at(-1)));
    if (!range) return '';
    if (range.from === null) return range.to === null ? '' : t.upTo(format.compact(range.to, 'money'));
    return t.range(format.compact(range.from, 'money'), range.to === null ? '' : format.compact(range.to, 'money'));
  };
  const columns: Column<Segment>[] = [
    {
      key: 'cell',
      header: t.score,
      cell: (cell) => (
        <Link href={segmentPath(cell.segment_id)} className="nowrap">
          {nameOf(cell.segment_id)}
        </Link>
      ),
      value: ({ segment_id }) => segment_id,
    },
    {
      key: 'range',
      header: t.spentRange,
      wideOnly: true,
      cell: (cell) => <span className="nowrap">{rangeOf(cell)}</span>,
    },
    ...figures,
    ...useSeeThem<Segment>(),
  ];
  return (
    <Table
      caption={t.grid}
      rows={{ rows: cells }}
      columns={columns}
      rowKey={({ segment_id }) => segment_id}
      sort={[sort, setSort]}
      empty={<p className="muted segments-hint">{t.gridNote}</p>}
    />
  );
}
