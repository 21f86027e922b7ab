import { useState } from 'react';
import { useMay } from '../../app/session.tsx';
import { Badge, CopyLine, Field, Notice, Panel, Problem, Select, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { exportCommand, type FileKind, fileFields, importCommand, matchColumns, missingFields } from './file-fields.ts';
import { type FileHead, readHead } from './file-head.ts';
import { Faults, Judged, JudgedRows, usePreview, useUnderstanding } from './judged-rows.tsx';
import { SendFile } from './send-file.tsx';
import { texts } from './texts.ts';
import { Understood } from './understood.tsx';

const kinds = Object.keys(fileFields) as FileKind[];

/** How a file comes in: what it needs, which column is what, and the command with all of it filled in. */
export function Bring() {
  const t = useTexts(texts);
  const [kind, setKind] = useUrlState<FileKind>('kind', 'orders');
  const may = useMay();
  const [file, setFile] = useState<File>();
  const [head, setHead] = useState<FileHead>();
  const [isUnreadable, setUnreadable] = useState(false);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [isByHand, setByHand] = useState(false);
  const understood = useUnderstanding(file, head);
  const isExport =
    !isByHand && understood.data?.understanding != null && understood.data.understanding.platform !== 'pannier';
  const seen = usePreview(kind, isExport ? undefined : file, head);
  const columns = (isExport ? undefined : seen.data?.columns.map(({ column }) => column)) ?? [];
  const mapping = columns.length > 0 ? { ...matchColumns(kind, columns), ...chosen } : {};
  const isComplete = columns.length > 0 && missingFields(kind, mapping).length === 0;
  const choose = async (next: File | undefined) => {
    if (!next) return;
    setChosen({});
    setByHand(false);
    setFile(next);
    const read = await readHead(next).catch(() => undefined);
    setHead(read);
    setUnreadable(read === undefined);
  };
  return (
    <div className="grid">
      <Panel title={t.chooseTitle} note={may('ingest') ? t.chooseNote : t.mayNotSend}>
        <div className="stack">
          <div className="data-form">
            <Select<FileKind>
              label={t.holds}
              value={kind}
              onChange={(next) => {
                setKind(next);
                setChosen({});
              }}
              choices={kinds.map((value) => ({ value, label: t.kinds[value] }))}
            />
            {may('ingest') && (
              <Field label={t.chooseFile} hint={t.fileHint}>
                {(ids) => (
                  <input
                    className="input"
                    type="file"
                    accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.xml,.xlsx,.ods,.parquet,.db,.sqlite,.zip,.gz"
                    {...ids}
                    onChange={(event) => void choose(event.target.files?.[0])}
                  />
                )}
              </Field>
            )}
          </div>
          {isUnreadable && <Notice tone="bad">{t.mayNotRead}</Notice>}
          {seen.error && <Problem error={seen.error} title={t.judgeRefused} />}
          {isExport && file && <Understood preview={understood.data!} file={file} onByHand={() => setByHand(true)} />}
          {isExport ? null : columns.length > 0 ? (
            <Mapping
              kind={kind}
              columns={columns}
              mapping={mapping}
              onMap={(field, column) => setChosen({ ...chosen, [field]: column })}
            />
          ) : (
            <Needs kind={kind} />
          )}
          {!isExport && columns.length === 0 && <Faults faults={seen.data?.faults ?? []} />}
          {file && columns.length > 0 && (
            <SendFile key={`${kind} ${file.name}`} kind={kind} file={file} mapping={mapping} isReady={isComplete} />
          )}
          <h3 className="data-h3">{t.command}</h3>
          <CopyLine
            text={isExport && file ? exportCommand(file.name) : importCommand(kind, file?.name ?? '', mapping)}
          />
          <p className="panel-note">{t.commandNote}</p>
        </div>
      </Panel>
      {isExport && <Judged asked={understood} />}
      {file && head && isComplete && <JudgedRows kind={kind} file={file} head={head} mapping={mapping} />}
      <Panel title={t.liveTitle} note={t.liveNote} span={6}>
        <CopyLine
          text={`curl -s '${location.origin}/v1/orders' -H "Authorization: Bearer $PANNIER_KEY" -H 'Content-Type: application/json' -d '{"orders":[{"order_id":"O1","customer_id":"C1","occurred_at":"2026-11-20T10:00:00Z","lines":[{"item_id":"I1","quantity":2,"unit_price":"2.37"}]}]}'`}
        />
      </Panel>
      <Panel title={t.demoTitle} note={t.demoNote} span={6}>
        <CopyLine text="npm run demo" />
      </Panel>
    </div>
  );
}

/** What a file of this kind needs, before one is chosen. */
function Needs({ kind }: { kind: FileKind }) {
  const t = useTexts(texts);
  return (
    <p className="row">
      {fileFields[kind].map(({ name, isNeeded, oneOf }) => (
        <Badge key={name} tone={isNeeded || oneOf ? 'accent' : 'neutral'}>
          <code>{name}</code>
          {isNeeded && ` ${t.needed}`}
        </Badge>
      ))}
    </p>
  );
}

function Mapping({
  kind,
  columns,
  mapping,
  onMap,
}: {
  kind: FileKind;
  columns: readonly string[];
  mapping: Record<string, string>;
  onMap(field: string, column: string): void;
}) {
  const t = useTexts(texts);
  const missing = missingFields(kind, mapping);
  const choices = [
    { value: '', label: t.noColumn },
    ...[...new Set(columns)].map((value) => ({ value, label: value })),
  ];
  return (
    <>
      <h3 className="data-h3">{t.mapping}</h3>
      <div className="data-fields">
        {fileFields[kind].map(({ name, isNeeded }) => (
          <Select
            key={name}
            label={isNeeded ? `${name} (${t.needed})` : name}
            value={mapping[name] ?? ''}
            onChange={(column) => onMap(name, column)}
            choices={choices}
          />
        ))}
      </div>
      <Notice tone={missing.length > 0 ? 'warn' : 'good'}>
        {missing.length > 0 ? t.incomplete(missing.join(', ')) : t.complete}
      </Notice>
    </>
  );
}
