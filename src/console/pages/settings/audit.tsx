import { useState } from 'react';
import { type Answer, get, useGet, usePages } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, momentOf, nothing, useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  type Column,
  CopyLine,
  Empty,
  Form,
  Notice,
  Panel,
  Problem,
  Select,
  Skeleton,
  Table,
  TextField,
  useUrlState,
} from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { useAuditWords } from './audit-words.ts';
import { texts } from './texts.ts';

type Entry = Answer<'/v1/audit-entries'>['items'][number];
type Subject = Entry['subject'];

/** Who changed what, whichever way; and whether the list is as it was written. */
export function Audit() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const [subject, setSubject] = useUrlState<Subject | ''>('subject', '');
  const [actor, setActor] = useUrlState<string>('actor', '');
  const [typed, setTyped] = useState(actor);
  const [from, setFrom] = useUrlState<string>('from', '');
  const [to, setTo] = useUrlState<string>('to', '');
  const pages = usePages(
    get('/v1/audit-entries', {
      query: {
        limit: 50,
        ...(subject ? { subject } : {}),
        ...(actor ? { actor } : {}),
        ...(from ? { from: momentOf(`${from}T00:00`, shop.time_zone) } : {}),
        ...(to ? { to: momentOf(`${addDays(to, 1)}T00:00`, shop.time_zone) } : {}),
      },
    }),
  );
  return (
    <div className="grid">
      <Check />
      <Panel title={t.audit} note={t.auditNote} flush>
        <Form className="settings-filters" onSubmit={() => setActor(typed.trim())}>
          <Select<Subject | ''>
            label={t.subject}
            value={subject}
            onChange={setSubject}
            choices={[
              { value: '', label: t.anySubject },
              ...(Object.keys(t.subjects) as Subject[]).map((value) => ({ value, label: t.subjects[value] })),
            ]}
          />
          <TextField
            label={t.actor}
            value={typed}
            onChange={setTyped}
            onBlur={() => setActor(typed.trim())}
            placeholder={t.actorHint}
          />
          <TextField label={t.from} type="date" value={from} onChange={setFrom} />
          <TextField label={t.to} type="date" value={to} onChange={setTo} />
        </Form>
        <Entries pages={pages} />
      </Panel>
    </div>
  );
}

function Entries({ pages }: { pages: ReturnType<typeof usePages<Answer<'/v1/audit-entries'>>> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const whoOf = ({ actor }: Entry) => actor.name ?? t.actors[actor.kind];
  const columns: Column<Entry>[] = [
    {
      key: 'when',
      header: t.when,
      cell: ({ at }) => <span className="nowrap">{format.moment(at)}</span>,
      value: ({ at }) => at,
    },
    {
      key: 'who',
      header: t.actor,
      cell: (entry) => (
        <>
          <strong>{whoOf(entry)}</strong>{' '}
          {entry.actor.name !== null && <span className="muted">{t.actors[entry.actor.kind]}</span>}
        </>
      ),
      value: whoOf,
    },
    {
      key: 'did',
      header: t.did,
      cell: ({ action }) => (
        <Badge tone={action === 'removed' ? 'warn' : action === 'made' ? 'good' : 'accent'}>{t.actions[action]}</Badge>
      ),
      value: ({ action }) => action,
    },
    {
      key: 'subject',
      header: t.subject,
      cell: ({ subject, subject_id: id }) => (
        <>
          {t.subjects[subject]} {id && <code className="settings-id">{id}</code>}
        </>
      ),
      value: ({ subject, subject_id: id }) => `${subject} ${id}`,
    },
    {
      key: 'details',
      header: t.details,
      cell: (entry) => <Changed entry={entry} />,
      value: ({ before, after }) => JSON.stringify({ before, after }),
    },
  ];
  return (
    <Table
      caption={t.audit}
      rows={pages}
      columns={columns}
      rowKey={({ entry_id }) => entry_id}
      fileName="audit"
      empty={<Empty icon="search" title={t.noEntries} text={t.noEntriesText} />}
    />
  );
}

/** The fields that differ, each as it was and as it is. */
function Changed({ entry: { before, after } }: { entry: Entry }) {
  const t = useTexts(texts);
  const words = useAuditWords();
  const [one, other] = [before ?? {}, after ?? {}] as Record<string, unknown>[];
  const fields = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])].filter(
    (field) => JSON.stringify(one?.[field]) !== JSON.stringify(other?.[field]),
  );
  if (fields.length === 0) return nothing;
  const { fieldOf, write } = words;
  const lines = fields.map((field) => (
    <li key={field}>
      <span className="muted">{fieldOf(field)}:</span> {before && <s>{write(field, one?.[field])}</s>}
      {before && ' → '}
      <span>{write(field, other?.[field])}</span>
    </li>
  ));
  if (fields.length <= 2) return <ul className="settings-changed">{lines}</ul>;
  return (
    <details className="settings-details">
      <summary>
        {before && after ? t.changedFields(String(fields.length)) : t.withFields(String(fields.length))}
      </summary>
      <ul className="settings-changed">{lines}</ul>
    </details>
  );
}

/** All hashes reckoned anew, when somebody asks for it. */
function Check() {
  const t = useTexts(texts);
  const format = useFormat();
  const [isAsked, setAsked] = useState(false);
  const asked = useGet(get('/v1/audit-entries/check'), { when: isAsked });
  const found = asked.data;
  return (
    <Panel
      title={t.check}
      {...(isAsked ? { source: asked.source } : {})}
      actions={
        <Button
          small
          icon="check"
          working={isAsked && asked.isFetching}
          onClick={() => (isAsked ? asked.again() : setAsked(true))}
        >
          {t.check}
        </Button>
      }
    >
      {!isAsked && <p className="panel-note">{t.checkNote}</p>}
      {isAsked && asked.isLoading && <Skeleton lines={1} />}
      {asked.error && <Problem error={asked.error} title={t.refused} onRetry={asked.again} />}
      {found && (
        <div className="stack">
          {found.is_whole ? (
            <Notice tone="good">{t.whole(format.count(found.entries))}</Notice>
          ) : (
            <Notice tone="bad" title={t.broken(format.count(found.broken_count))}>
              {found.broken
                .slice(0, 20)
                .map(({ entry_id, how }) => `${entry_id} (${t.brokenHow[how]})`)
                .join(', ')}
            </Notice>
          )}
          <p className="panel-note">
            {t.head} {found.head.entry_id}. {t.headNote}
          </p>
          <CopyLine text={`${found.head.entry_id} ${found.head.hash}`} />
        </div>
      )}
    </Panel>
  );
}
