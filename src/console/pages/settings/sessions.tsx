import { useState } from 'react';
import { type Answer, get, remove, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, type Column, Loaded, Panel, Table } from '../../kit/index.ts';
import { ConfirmRemoval } from '../../shared/confirm-removal.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Session = Answer<'/v1/sessions'>['items'][number];

/** Who is signed in; of everybody for an operator, one's own otherwise. */
export function Sessions({ onlyOwn = false }: { onlyOwn?: boolean }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [ending, setEnding] = useState<Session>();
  const { user } = useSession();
  const asked = useGet(get('/v1/sessions'));
  const isShown = ({ name, kind }: Session) =>
    !onlyOwn || (name === user.name && (kind === 'user') === (user.role !== null));
  const columns: Column<Session>[] = [
    {
      key: 'who',
      header: t.who,
      cell: ({ name, is_own }) => (
        <span className="settings-scopes">
          <strong>{name}</strong>
          {is_own && <Badge tone="accent">{t.own}</Badge>}
        </span>
      ),
      value: ({ name }) => name,
    },
    { key: 'by', header: t.by, cell: ({ kind }) => t.byKinds[kind], value: ({ kind }) => kind },
    {
      key: 'seen',
      header: t.lastSeen,
      cell: ({ last_seen_at }) => <span className="nowrap">{format.ago(last_seen_at)}</span>,
      value: ({ last_seen_at }) => last_seen_at,
    },
    {
      key: 'signed',
      header: t.signedIn,
      wideOnly: true,
      cell: ({ signed_in_at }) => <span className="nowrap">{format.moment(signed_in_at)}</span>,
      value: ({ signed_in_at }) => signed_in_at,
    },
    {
      key: 'ends',
      header: t.ends,
      wideOnly: true,
      cell: ({ expires_at }) => <span className="nowrap">{format.moment(expires_at)}</span>,
      value: ({ expires_at }) => expires_at,
    },
    {
      key: 'act',
      header: t.act,
      align: 'end',
      cell: (session) => (
        <Button small kind="quiet" icon="signOut" aria-label={t.endOf(session.name)} onClick={() => setEnding(session)}>
          {t.end}
        </Button>
      ),
    },
  ];
  const panel = (
    <>
      <Panel title={onlyOwn ? t.ownSessions : t.sessions} note={t.sessionsNote} source={asked.source} flush>
        <Loaded asked={asked}>
          {({ items }) => (
            <Table
              caption={onlyOwn ? t.ownSessions : t.sessions}
              rows={{ rows: items.filter(isShown) }}
              columns={columns}
              rowKey={({ session_id }) => session_id}
              fileName="sessions"
            />
          )}
        </Loaded>
      </Panel>
      {ending && <End session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
  return onlyOwn ? panel : <div className="grid">{panel}</div>;
}

function End({ session, onClose }: { session: Session; onClose(): void }) {
  const t = useTexts(texts);
  return (
    <ConfirmRemoval
      onClose={onClose}
      title={t.endTitle(session.name)}
      description={session.is_own ? t.endOwnText : t.endText}
      confirm={t.end}
      request={remove('/v1/sessions/{session_id}', { path: { session_id: session.session_id } })}
      stale={['/v1/sessions', '/v1/audit-entries']}
      removed={t.ended}
      refused={t.refused}
      // Whoever ends their own is signed out: a new page knows nothing of what this one has shown.
      {...(session.is_own && { leave: () => location.assign('/') })}
    />
  );
}
