import { useState } from 'react';
import { type Answer, curlOf, post, type Source, useChange } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, Button, type Column, Notice, Panel, Problem, Table } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import type { FileKind } from './file-fields.ts';
import type { FirstRows } from './first-rows.ts';
import { useRuleName } from './rule-name.ts';
import { texts } from './texts.ts';

type Preview = Answer<'/v1/imports/previews', 'post'>;
type Row = Preview['rows'][number];

/** What cleaning would do with the first rows: the service reads them as an import would, and keeps nothing. */
export function JudgedRows({
  kind,
  name,
  read,
  mapping,
}: {
  kind: FileKind;
  name: string;
  read: FirstRows;
  mapping: Record<string, string>;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const [found, setFound] = useState<{ preview: Preview; source: Source }>();
  const { run, isRunning, error } = useChange<Preview>([]);
  const judge = async () => {
    const columns = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column));
    const request = post('/v1/imports/previews', {
      body: { kind, file: name, text: read.text, is_cut: read.isCut, mapping: { columns }, limit: 50 },
    });
    const preview = await run(request);
    if (preview)
      setFound({ preview, source: { curl: curlOf({ ...request, body: { ...Object(request.body), text: '…' } }) } });
  };
  const counts = found?.preview.counts;
  return (
    <Panel
      title={t.judgedTitle}
      note={t.judgedNote}
      {...(found ? { source: found.source } : {})}
      flush
      actions={
        <Button small icon="check" working={isRunning} onClick={judge}>
          {t.judge}
        </Button>
      }
    >
      {error && <Problem error={error} title={t.judgeRefused} />}
      {found?.preview.faults.map(({ field, message }) => (
        <Notice key={`${field} ${message}`} tone="bad">
          <code>{field}</code> {message}
        </Notice>
      ))}
      {counts && (
        <p>
          {t.equation(
            format.count(counts.in),
            format.count(counts.facts),
            format.count(counts.quarantined),
            format.count(counts.merged),
          )}
        </p>
      )}
      {found && found.preview.rows.length > 0 && <Rows rows={found.preview.rows} />}
    </Panel>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const t = useTexts(texts);
  const nameOf = useRuleName();
  const states = { accepted: t.stored, merged: t.merged, quarantined: t.kept };
  const columns: Column<Row>[] = [
    { key: 'row', header: t.row, align: 'end', cell: ({ row }) => row, value: ({ row }) => row },
    {
      key: 'state',
      header: t.state,
      cell: ({ status }) => (
        <Badge tone={status === 'accepted' ? 'good' : status === 'merged' ? 'neutral' : 'warn'}>{states[status]}</Badge>
      ),
      value: ({ status }) => status,
    },
    {
      key: 'reason',
      header: t.reason,
      cell: ({ rules, faults, corrections }) => (
        <span className="data-reasons">
          {rules.length + faults.length + corrections.length === 0 && nothing}
          {rules.map((rule) => (
            <Badge key={rule} tone="warn">
              {nameOf(rule)}
            </Badge>
          ))}
          {faults.map(({ field, value, expected }) => (
            <span key={field} className="data-fault">
              <code>{field}</code> {value !== null && `“${value}”: `}
              {expected}
            </span>
          ))}
          {corrections.map(({ field, rule }) => (
            <span key={`${field} ${rule}`} className="muted">
              <code>{field}</code> {nameOf(rule)}
            </span>
          ))}
        </span>
      ),
      value: ({ rules }) => rules.join(' '),
    },
    {
      key: 'facts',
      header: t.understoodAs,
      cell: ({ facts }) => (facts ? <code className="data-raw">{JSON.stringify(facts)}</code> : nothing),
      value: ({ facts }) => facts && JSON.stringify(facts),
    },
  ];
  return (
    <Table caption={t.judgedTitle} rows={{ rows }} columns={columns} rowKey={({ row }) => row} fileName="preview" />
  );
}
