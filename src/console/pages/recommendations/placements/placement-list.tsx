import { useState } from 'react';
import { type Asked, get, useGet } from '../../../api/index.ts';
import { useMay, useSession } from '../../../app/session.tsx';
import { addDays, nothing, today, useFormat } from '../../../format/index.ts';
import { Badge, Button, type Column, Panel, Table } from '../../../kit/index.ts';
import { useSegmentNames } from '../../../shared/campaigns/use-segment-names.ts';
import { useSegmentName, wordOf } from '../../../shared/people/names.ts';
import { useTexts } from '../../../texts/texts.ts';
import type { Report } from '../answers.ts';
import { useFilterWords } from './filter-words.ts';
import { PageLine } from './page-line.tsx';
import { TakeBack } from './take-back.tsx';
import { placementTexts } from './texts.ts';
import type { Placement } from './types.ts';

type Figures = Report['placements'][number];

/** Every placement with what it shows, and what its lists brought of late. */
export function PlacementList({
  items,
  asked,
  mayChange,
  onOpen,
  left,
}: {
  items: readonly Placement[];
  asked: Asked<unknown>;
  mayChange: boolean;
  onOpen(placement: Placement | 'new'): void;
  /** whose button takes the focus */
  left: string | undefined;
}) {
  const t = useTexts(placementTexts);
  const [goes, setGoes] = useState<Placement>();
  const columns = useColumns({ mayChange, onOpen, onTakeBack: setGoes, left });
  return (
    <div className="grid">
      <Panel
        title={t.title}
        note={t.note}
        about={t.about}
        source={asked.source}
        flush
        actions={
          mayChange && (
            <Button icon="plus" autoFocus={left === 'new'} onClick={() => onOpen('new')}>
              {t.new}
            </Button>
          )
        }
      >
        <Table caption={t.title} rows={{ rows: items }} columns={columns} rowKey={({ name }) => name} />
      </Panel>
      <Panel title={t.asking} note={t.askingNote}>
        <PageLine names={['home', 'item'].filter((name) => items.some((one) => one.name === name))} />
      </Panel>
      {goes && <TakeBack placement={goes} onClose={() => setGoes(undefined)} />}
    </div>
  );
}

/** What lists of the last four weeks brought, by placement; nobody who may not see figures asks for them. */
function useFigures(): ReadonlyMap<string, Figures> {
  const { shop } = useSession();
  const may = useMay();
  const to = today(shop.time_zone);
  const report = useGet(get('/v1/recommendation-reports', { query: { from: addDays(to, -27), to } }), {
    when: may('view', 'indicators'),
  });
  return new Map(report.data?.placements.map((one) => [one.member, one]));
}

function useColumns({
  mayChange,
  onOpen,
  onTakeBack,
  left,
}: {
  mayChange: boolean;
  onOpen(placement: Placement): void;
  onTakeBack(placement: Placement): void;
  left: string | undefined;
}): Column<Placement>[] {
  const t = useTexts(placementTexts);
  const format = useFormat();
  const figures = useFigures();
  const filterWords = useFilterWords();
  const segmentName = useSegmentName();
  const own = useSegmentNames();
  const nameOf = (id: string) => segmentName(id, own.get(id));
  const columns: Column<Placement>[] = [
    {
      key: 'name',
      header: t.placement,
      cell: ({ name, title, is_ready_made: ready }) => (
        <span className="placement-name">
          <span className="mono">{name}</span>
          <span className="muted">{title ?? (ready ? wordOf(t.readyMade, name) : '')}</span>
        </span>
      ),
      value: ({ name }) => name,
    },
    {
      key: 'method',
      header: t.shows,
      cell: ({ method, segment }) => (segment ? t.ofSegment(t.methods[method], nameOf(segment)) : t.methods[method]),
      value: ({ method }) => method,
    },
    {
      key: 'filter',
      header: t.only,
      wideOnly: true,
      cell: ({ filter, pinned_item_ids: { length } }) => (
        <>
          {filter ? filterWords(filter) : <span className="muted">{t.everything}</span>}
          {length > 0 && <Badge icon="pin">{t.pins(length, format.count(length))}</Badge>}
        </>
      ),
    },
    {
      key: 'limit',
      header: t.limit,
      wideOnly: true,
      align: 'end',
      cell: ({ limit }) => format.count(limit),
      value: ({ limit }) => limit,
    },
    {
      key: 'impressions',
      header: t.seen,
      help: t.seenHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ name }) => format.count(figures.get(name)?.impressions ?? 0),
      value: ({ name }) => figures.get(name)?.impressions ?? 0,
    },
    {
      key: 'revenue',
      header: t.revenue,
      help: t.revenueHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ name }) => (figures.has(name) ? format.money(figures.get(name)?.revenue) : nothing),
      value: ({ name }) => Number(figures.get(name)?.revenue ?? 0),
    },
    {
      key: 'changed_at',
      header: t.state,
      wideOnly: true,
      cell: ({ changed_at: at }) =>
        at ? <span className="nowrap">{format.moment(at)}</span> : <Badge>{t.asItCame}</Badge>,
      value: ({ changed_at }) => changed_at,
    },
  ];
  if (mayChange) {
    columns.push({
      key: 'actions',
      header: '',
      align: 'end',
      cell: (placement) => (
        <span className="row placement-actions">
          {placement.changed_at && (
            <Button
              small
              kind="quiet"
              icon="undo"
              aria-label={t.of(t.takeBack, placement.name)}
              onClick={() => onTakeBack(placement)}
            >
              {t.takeBack}
            </Button>
          )}
          <Button
            small
            aria-label={t.of(t.change, placement.name)}
            autoFocus={left === placement.name}
            onClick={() => onOpen(placement)}
          >
            {t.change}
          </Button>
        </span>
      ),
    });
  }
  return columns;
}
