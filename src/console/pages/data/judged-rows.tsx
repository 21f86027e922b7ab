import { type Answer, type Asked, ask, curlOf, useGet } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Loaded, Notice, Panel, Table } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import type { FileKind } from './file-fields.ts';
import type { FileHead } from './file-head.ts';
import { useRuleName } from './rule-name.ts';
import { texts } from './texts.ts';

type Preview = Answer<'/v1/imports/previews', 'post'>;
type Row = Preview['rows'][number];

/** How the service would read the beginning of a file; with no mapping it says which columns there are. */
export function usePreview(
  kind: FileKind,
  file: File | undefined,
  head: FileHead | undefined,
  mapping: Record<string, string> = {},
): Asked<Preview> {
  const columns = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column));
  const { text = '', isCut = false } = head ?? {};
  const body = {
    kind,
    file: file?.name ?? '',
    text,
    encoding: 'base64',
    is_cut: isCut,
    mapping: { columns },
    limit: 50,
  } as const;
  const request = ask('/v1/imports/previews', { body });
  const asked = useGet(request, { when: file !== undefined && head !== undefined, keep: false });
  // The beginning of the file would be a line of curl as long as it.
  return { ...asked, source: { ...asked.source, curl: curlOf({ ...request, body: { ...body, text: '…' } }) } };
}

/** What the service takes a file for, of which nobody has said what it is. */
export function useUnderstanding(file: File | undefined, head: FileHead | undefined): Asked<Preview> {
  const { text = '', isCut = false } = head ?? {};
  const body = { file: file?.name ?? '', text, encoding: 'base64', is_cut: isCut, limit: 50 } as const;
  const request = ask('/v1/imports/previews', { body });
  const asked = useGet(request, { when: file !== undefined && head !== undefined, keep: false });
  return { ...asked, source: { ...asked.source, curl: curlOf({ ...request, body: { ...body, text: '…' } }) } };
}

/** What is wrong with a file as a whole. */
export function Faults({ faults }: { faults: Preview['faults'] }) {
  const say = useSaid();
  return faults.map(({ field, message }) => (
    <Notice key={`${field} ${message}`} tone="bad">
      <code>{field}</code> {say(message)}
    </Notice>
  ));
}

/** What cleaning would do with the first rows: the service reads them as an import would, and keeps nothing. */
export function JudgedRows({
  kind,
  file,
  head,
  mapping,
}: {
  kind: FileKind;
  file: File;
  head: FileHead;
  mapping: Record<string, string>;
}) {
  return <Judged asked={usePreview(kind, file, head, mapping)} />;
}

/** The rows that were read, and what would become of them. */
export function Judged({ asked }: { asked: Asked<Preview> }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Panel title={t.judgedTitle} note={t.judgedNote} source={asked.source} flush>
      <Loaded asked={asked}>
        {({ faults, counts, rows }) => (
          <>
            <Faults faults={faults} />
            <p>
              {t.equation(
                format.count(counts.in),
                format.count(counts.facts),
                format.count(counts.quarantined),
                format.count(counts.merged),
              )}
            </p>
            {rows.length > 0 && <Rows rows={rows} />}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const t = useTexts(texts);
  const nameOf = useRuleName();
  const say = useSaid();
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
              {say(expected)}
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
