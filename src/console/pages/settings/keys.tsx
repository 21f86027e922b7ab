import { useState } from 'react';
import { type Answer, get, post, remove, useChange, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  Checkbox,
  type Column,
  CopyLine,
  Dialog,
  Empty,
  Form,
  Loaded,
  Panel,
  Problem,
  Table,
  TextArea,
  TextField,
} from '../../kit/index.ts';
import { ConfirmRemoval } from '../../shared/confirm-removal.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Key = Answer<'/v1/keys'>['items'][number];
type Made = Answer<'/v1/keys', 'post'>;

const stale = ['/v1/keys', '/v1/sessions', '/v1/audit-entries'];

/** Keys of programs: made, their token shown once, and revoked. */
export function Keys() {
  const t = useTexts(texts);
  const format = useFormat();
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const asked = useGet(get('/v1/keys'));
  const columns: Column<Key>[] = [
    { key: 'name', header: t.key, cell: ({ name }) => <strong>{name}</strong>, value: ({ name }) => name },
    {
      key: 'scopes',
      header: t.scopes,
      cell: ({ scopes }) => (
        <span className="settings-scopes">
          {scopes.map((scope) => (
            <span key={scope} title={t.scopeMeanings[scope]}>
              <Badge tone={scope === 'admin' ? 'warn' : 'neutral'}>{scope}</Badge>
            </span>
          ))}
        </span>
      ),
      value: ({ scopes }) => scopes.join(' '),
    },
    {
      key: 'origins',
      header: t.origins,
      wideOnly: true,
      cell: ({ is_publishable, allowed_origins }) => (is_publishable ? allowed_origins.join(', ') || t.noOrigins : '–'),
      value: ({ allowed_origins }) => allowed_origins.join(' '),
    },
    {
      key: 'since',
      header: t.since,
      wideOnly: true,
      cell: ({ created_at }) => <span className="nowrap">{format.day(created_at, 'year')}</span>,
      value: ({ created_at }) => created_at,
    },
    {
      key: 'act',
      header: t.act,
      align: 'end',
      cell: (key) => (
        <Button small icon="trash" kind="quiet" aria-label={t.revokeOf(key.name)} onClick={() => setRevoking(key)}>
          {t.revoke}
        </Button>
      ),
    },
  ];
  return (
    <div className="grid">
      <Panel
        title={t.keys}
        note={t.keysNote}
        flush
        source={asked.source}
        actions={
          <Button small kind="main" icon="plus" onClick={() => setMaking(true)}>
            {t.newKey}
          </Button>
        }
      >
        <Loaded asked={asked}>
          {({ items }) => (
            <Table
              caption={t.keys}
              rows={{ rows: items }}
              columns={columns}
              rowKey={({ key_id }) => key_id}
              fileName="keys"
              empty={
                <Empty
                  icon="key"
                  title={t.noKeys}
                  text={t.noKeysText}
                  command="npx pannier keys create storefront --scope recommend"
                />
              }
            />
          )}
        </Loaded>
      </Panel>
      {isMaking && <NewKey onClose={() => setMaking(false)} />}
      {revoking && <Revoke given={revoking} onClose={() => setRevoking(undefined)} />}
    </div>
  );
}

function NewKey({ onClose }: { onClose(): void }) {
  const t = useTexts(texts);
  const all = Object.keys(t.scopeMeanings) as Key['scopes'];
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Key['scopes']>([]);
  const [made, setMade] = useState<Made>();
  const [origins, setOrigins] = useState('');
  const { run, isRunning, error } = useChange<Made>(stale);
  const isForPages = scopes.length > 0 && scopes.every((scope) => scope === 'events' || scope === 'lists');
  const make = async () => {
    const allowed_origins = isForPages ? origins.split(/\s+/).filter(Boolean) : [];
    setMade(await run(post('/v1/keys', { body: { name, scopes, allowed_origins } })));
  };
  if (made) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={t.token}
        description={t.tokenText(made.name)}
        actions={
          <Button kind="main" onClick={onClose}>
            {t.done}
          </Button>
        }
      >
        <CopyLine text={made.token} />
        {made.customer_secret !== null && (
          <>
            <p>{t.customerSecret}</p>
            <CopyLine text={made.customer_secret} />
          </>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.newKeyTitle}
      description={t.newKeyText}
      actions={
        <Button
          kind="main"
          icon="key"
          type="submit"
          form="new-key"
          working={isRunning}
          disabled={!name || scopes.length === 0}
        >
          {t.makeKey}
        </Button>
      }
    >
      <Form id="new-key" className="settings-form" onSubmit={make}>
        <TextField
          label={t.keyName}
          hint={t.keyNameHint}
          error={error?.fault('name')}
          value={name}
          onChange={setName}
          maxLength={128}
          required
        />
        <fieldset className="settings-choices">
          <legend className="field-label">{t.scopes}</legend>
          {all.map((scope) => (
            <Checkbox
              key={scope}
              label={
                <>
                  <strong>{scope}</strong> <span className="muted">{t.scopeMeanings[scope]}</span>
                </>
              }
              checked={scopes.includes(scope)}
              onChange={(checked) => setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
            />
          ))}
        </fieldset>
        {isForPages && <TextArea label={t.origins} hint={t.originsHint} value={origins} onChange={setOrigins} />}
        {error && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}

function Revoke({ given, onClose }: { given: Key; onClose(): void }) {
  const t = useTexts(texts);
  return (
    <ConfirmRemoval
      onClose={onClose}
      title={t.revokeTitle(given.name)}
      description={t.revokeText}
      confirm={t.revoke}
      request={remove('/v1/keys/{key_id}', { path: { key_id: given.key_id } })}
      stale={stale}
      removed={t.revoked(given.name)}
      refused={t.refused}
    />
  );
}
