import { useState } from 'react';
import { Link } from 'wouter';
import { type Answer, get, post, useChange, useGet, usePages } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Notice,
  Panel,
  Problem,
  Table,
  useToast,
  useUrlState,
} from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { useRuleName } from './rule-name.ts';
import { texts } from './texts.ts';

type ByRule = Answer<'/v1/quarantine/rules'>['items'][number];
type Row = Answer<'/v1/quarantine'>['items'][number];

/** What was refused, by reason; each can be sent through cleaning again. */
export function Quarantine() {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const nameOf = useRuleName();
  const [rule, setRule] = useUrlState<string>('rule', '');
  /** the reason whose rows are to be sent through again; empty: all of them */
  const [asking, setAsking] = useState<string>();
  const asked = useGet(get('/v1/quarantine/rules'));
  const rules = asked.data?.items ?? [];
  const columns: Column<ByRule>[] = [
    {
      key: 'rule',
      header: t.reason,
      cell: (row) => (
        <button
          type="button"
          className="data-open"
          aria-pressed={row.rule === rule}
          onClick={() => setRule(row.rule === rule ? '' : row.rule)}
        >
          {nameOf(row.rule)}
        </button>
      ),
      value: (row) => nameOf(row.rule),
    },
    {
      key: 'rows',
      header: t.count,
      align: 'end',
      cell: ({ rows }) => format.count(rows),
      value: ({ rows }) => rows,
    },
    {
      key: 'last',
      header: t.last,
      align: 'end',
      wideOnly: true,
      cell: ({ last_received_at }) => format.ago(last_received_at),
      value: ({ last_received_at }) => last_received_at,
    },
    ...(may('train')
      ? [
          {
            key: 'redrive',
            header: t.redrive,
            align: 'end' as const,
            cell: (row: ByRule) => (
              <Button
                small
                icon="refresh"
                aria-label={t.redriveOf(nameOf(row.rule))}
                onClick={() => setAsking(row.rule)}
              >
                {t.redrive}
              </Button>
            ),
          },
        ]
      : []),
  ];
  const clean = <Empty icon="check" title={t.clean} text={t.cleanText} />;
  return (
    <div className="grid">
      <Panel
        title={t.byRule}
        note={t.byRuleNote}
        source={asked.source}
        flush
        actions={
          may('train') &&
          rules.length > 1 && (
            <Button small kind="quiet" icon="refresh" onClick={() => setAsking('')}>
              {t.redriveAll}
            </Button>
          )
        }
      >
        <Loaded asked={asked}>
          {({ items }) => (
            <Table
              caption={t.byRule}
              rows={{ rows: items }}
              columns={columns}
              rowKey={(row) => row.rule}
              fileName="quarantine-by-reason"
              empty={clean}
            />
          )}
        </Loaded>
      </Panel>
      {rules.length > 0 && (may('train') ? <Refused rule={rule} /> : <Notice>{t.noAccess}</Notice>)}
      {asking !== undefined && <Redrive rule={asking} rules={rules} onClose={() => setAsking(undefined)} />}
    </div>
  );
}

function Refused({ rule }: { rule: string }) {
  const t = useTexts(texts);
  const say = useSaid();
  const format = useFormat();
  const nameOf = useRuleName();
  const pages = usePages(get('/v1/quarantine', { query: { limit: 25, ...(rule ? { rule } : {}) } }));
  const columns: Column<Row>[] = [
    {
      key: 'what',
      header: t.what,
      cell: ({ kind }) => t.rawKinds[kind],
      value: ({ kind }) => kind,
    },
    {
      key: 'rules',
      header: t.reason,
      cell: ({ rules, faults }) => (
        <span className="data-reasons">
          {rules.map((one) => (
            <Badge key={one} tone="warn">
              {nameOf(one)}
            </Badge>
          ))}
          {faults.map(({ field, value, expected }) => (
            <span key={field} className="muted">
              <code>{field}</code> “{value}”: {say(expected)}
            </span>
          ))}
        </span>
      ),
      value: ({ rules }) => rules.join(' '),
    },
    {
      key: 'raw',
      header: t.raw,
      cell: ({ raw }) => <code className="data-raw">{JSON.stringify(raw)}</code>,
      value: ({ raw }) => JSON.stringify(raw),
    },
    {
      key: 'from',
      header: t.from,
      wideOnly: true,
      cell: ({ import_id, row }) =>
        import_id === null ? (
          t.byApi
        ) : (
          <Link href={`/data?import=${import_id}`} className="nowrap">
            {row === null ? t.importOf(import_id) : t.importRow(import_id, String(row))}
          </Link>
        ),
      value: ({ import_id }) => import_id,
    },
    {
      key: 'came',
      header: t.came,
      align: 'end',
      wideOnly: true,
      cell: ({ received_at }) => <span className="nowrap">{format.moment(received_at)}</span>,
      value: ({ received_at }) => received_at,
    },
  ];
  return (
    <Panel title={rule ? t.rowsOf(nameOf(rule)) : t.rowsTitle} flush>
      <Table
        caption={t.rowsTitle}
        rows={pages}
        columns={columns}
        rowKey={({ quarantine_id }) => quarantine_id}
        fileName="quarantine"
      />
    </Panel>
  );
}

function Redrive({ rule, rules, onClose }: { rule: string; rules: readonly ByRule[]; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useRuleName();
  const toast = useToast();
  const { run, isRunning, error } = useChange<Answer<'/v1/quarantine/redrives', 'post'>>(['/v1/']);
  const rows = rules.filter((one) => rule === '' || one.rule === rule).reduce((sum, one) => sum + one.rows, 0);
  const redrive = async () => {
    const done = await run(post('/v1/quarantine/redrives', { body: rule ? { rule } : {} }));
    if (!done) return;
    onClose();
    toast({
      title: t.redriveDoneTitle,
      text: t.redriveDone(format.count(done.facts), format.count(done.merged), format.count(done.quarantined)),
    });
  };
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={t.redriveTitle}
      description={rule ? t.redriveText(format.count(rows), nameOf(rule)) : t.redriveAllText(format.count(rows))}
      confirm={t.redrive}
      isWorking={isRunning}
      onConfirm={redrive}
    >
      {error && <Problem error={error} title={t.redriveRefused} />}
    </Confirm>
  );
}
