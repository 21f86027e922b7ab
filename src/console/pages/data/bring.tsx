import { useState } from 'react';
import { useMay } from '../../app/session.tsx';
import {
  Badge,
  type Column,
  CopyLine,
  Field,
  Notice,
  Panel,
  Select,
  Table,
  TextField,
  useUrlState,
} from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import {
  type FileField,
  type FileKind,
  fileFields,
  importCommand,
  matchColumns,
  missingFields,
} from './file-fields.ts';
import { type FirstRows, readFirstRows } from './first-rows.ts';
import { JudgedRows } from './judged-rows.tsx';
import { texts } from './texts.ts';

const kinds = Object.keys(fileFields) as FileKind[];

/** How a file comes in: what it needs, which column is what, and the command with all of it filled in. */
export function Bring() {
  const t = useTexts(texts);
  const [kind, setKind] = useUrlState<FileKind>('kind', 'orders');
  const may = useMay();
  const [name, setName] = useState('');
  const [read, setRead] = useState<FirstRows>();
  const [isUnreadable, setUnreadable] = useState(false);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const mapping = read ? { ...matchColumns(kind, read.columns), ...chosen } : {};
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setChosen({});
    setName(file.name);
    try {
      setRead(await readFirstRows(file));
      setUnreadable(false);
    } catch {
      setRead(undefined);
      setUnreadable(true);
    }
  };
  return (
    <div className="grid">
      <Panel title={t.chooseTitle} note={t.chooseNote}>
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
            <Field label={t.chooseFile} hint={t.fileHint}>
              {(ids) => (
                <input
                  className="input"
                  type="file"
                  accept=".csv,.tsv,.txt,.gz"
                  {...ids}
                  onChange={(event) => void choose(event.target.files?.[0])}
                />
              )}
            </Field>
            <TextField label={t.fileName} value={name} onChange={setName} placeholder={`${kind}.csv`} />
          </div>
          {isUnreadable && <Notice tone="bad">{t.mayNotRead}</Notice>}
          {read && (
            <Mapping
              kind={kind}
              read={read}
              mapping={mapping}
              onMap={(field, column) => setChosen({ ...chosen, [field]: column })}
            />
          )}
          {!read && <Needs kind={kind} />}
          <h3 className="data-h3">{t.command}</h3>
          <CopyLine text={importCommand(kind, name, mapping)} />
          <p className="panel-note">{t.commandNote}</p>
        </div>
      </Panel>
      {read && (
        <Panel title={t.preview} flush>
          <Understood kind={kind} read={read} mapping={mapping} />
        </Panel>
      )}
      {read && may('ingest') && (
        <JudgedRows key={`${kind} ${name}`} kind={kind} name={name} read={read} mapping={mapping} />
      )}
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
  read,
  mapping,
  onMap,
}: {
  kind: FileKind;
  read: FirstRows;
  mapping: Record<string, string>;
  onMap(field: string, column: string): void;
}) {
  const t = useTexts(texts);
  const missing = missingFields(kind, mapping);
  const choices = [
    { value: '', label: t.noColumn },
    ...[...new Set(read.columns)].map((value) => ({ value, label: value })),
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

type Understanding = Record<string, string>;

function Understood({ kind, read, mapping }: { kind: FileKind; read: FirstRows; mapping: Record<string, string> }) {
  const t = useTexts(texts);
  const told = fileFields[kind].filter(({ name }) => mapping[name]);
  const rows = read.rows.map((cells, place): Understanding => {
    const named = told.map(({ name }) => [name, cells[read.columns.indexOf(mapping[name] ?? '')] ?? '']);
    return { row: String(place + 1), ...Object.fromEntries(named) };
  });
  const columns: Column<Understanding>[] = [
    { key: 'row', header: t.row, align: 'end', cell: ({ row }) => row },
    ...told.map(
      (field): Column<Understanding> => ({
        key: field.name,
        header: field.name,
        align: field.form === 'number' ? 'end' : 'start',
        cell: (row) => <Cell field={field} value={row[field.name] ?? ''} />,
      }),
    ),
  ];
  return <Table caption={t.preview} rows={{ rows }} columns={columns} rowKey={({ row }) => row ?? ''} />;
}

function Cell({ field, value }: { field: FileField; value: string }) {
  const t = useTexts(texts);
  const fault =
    value.trim() === ''
      ? field.isNeeded && t.missing
      : field.form === 'number' && !/^-?\d+([.]\d+)?$/.test(value.trim())
        ? t.notNumber
        : field.form === 'time' && !/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(value.trim()) && t.notTime;
  return (
    <span className={fault ? 'data-fault' : undefined}>
      {value}
      {fault && ` (${fault})`}
    </span>
  );
}
