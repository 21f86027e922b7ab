import { get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Panel, Table, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { ImportDetail } from './import-detail.tsx';
import { type Import, useImportState } from './import-state.ts';
import { RowsBar } from './rows-bar.tsx';
import { texts } from './texts.ts';

/** Files that were taken in, each with what became of its rows. */
export function Imports() {
  const t = useTexts(texts);
  const format = useFormat();
  const stateOf = useImportState();
  const [open, setOpen] = useUrlState<string>('import', '');
  const pages = usePages(get('/v1/imports', { query: { limit: 25 } }), { every: 15_000 });
  const columns: Column<Import>[] = [
    {
      key: 'file',
      header: t.file,
      cell: ({ import_id, file }) => (
        <button type="button" className="data-open" onClick={() => setOpen(import_id)}>
          {file}
        </button>
      ),
      value: ({ file }) => file,
    },
    { key: 'kind', header: t.kind, cell: ({ kind }) => t.kinds[kind], value: ({ kind }) => kind },
    {
      key: 'state',
      header: t.state,
      cell: (row) => {
        const [tone, state] = stateOf(row);
        return <Badge tone={tone}>{state}</Badge>;
      },
      value: (row) => stateOf(row)[1],
    },
    {
      key: 'rows',
      header: t.rows,
      help: t.rowsHelp,
      cell: ({ report }) => (report ? <RowsBar rows={report.rows} /> : nothing),
      value: ({ report }) => report?.rows.in ?? null,
    },
    {
      key: 'quality',
      header: t.quality,
      help: t.qualityHelp,
      align: 'end',
      cell: ({ report }) => format.number(leastQuality(report), 3),
      value: ({ report }) => leastQuality(report),
    },
    {
      key: 'started',
      header: t.started,
      wideOnly: true,
      cell: ({ started_at }) => <span className="nowrap">{format.moment(started_at)}</span>,
      value: ({ started_at }) => started_at,
    },
    {
      key: 'took',
      header: t.took,
      align: 'end',
      wideOnly: true,
      cell: (row) => {
        const seconds = secondsOf(row);
        return seconds === null ? nothing : format.seconds(seconds);
      },
      value: secondsOf,
    },
  ];
  return (
    <div className="grid">
      <Panel title={t.imports} note={t.importsNote} flush>
        <Table
          caption={t.imports}
          rows={pages}
          columns={columns}
          rowKey={({ import_id }) => import_id}
          fileName="imports"
          empty={<Empty icon="data" title={t.none} text={t.noneText} command="npx pannier import orders orders.csv" />}
        />
      </Panel>
      {open && <ImportDetail id={open} onClose={() => setOpen('')} />}
    </div>
  );
}

const secondsOf = ({ started_at, finished_at }: Import): number | null =>
  finished_at === null ? null : (Date.parse(finished_at) - Date.parse(started_at)) / 1_000;

function leastQuality(report: Import['report']): number | null {
  if (!report) return null;
  const { passed: _, ...shares } = report.assessment;
  return Math.min(...Object.values(shares));
}
