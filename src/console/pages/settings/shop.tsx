import { useState } from 'react';
import { get, put, useChange, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, Facts, Form, Loaded, Panel, Problem, TextField, useToast } from '../../kit/index.ts';
import { shellTexts } from '../../texts/shell.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What the shop's figures go by, how the service is, and who is looking. */
export function Shop() {
  const t = useTexts(texts);
  const format = useFormat();
  const { roles, byKey } = useTexts(shellTexts);
  const { shop, user, scopes, expires_at } = useSession();
  return (
    <div className="grid">
      <Panel title={t.shopTitle} note={t.shopNote} span={4}>
        <Facts
          facts={[
            [t.currency, shop.currency],
            [t.minorDigits, String(shop.minor_digits)],
            [t.timeZone, shop.time_zone],
            [t.version, shop.version],
          ]}
        />
        <p className="panel-note">
          {t.reference} <a href="/docs">/docs</a>
        </p>
      </Panel>
      <Health />
      <Panel title={t.you} span={4}>
        <Facts
          facts={[
            [t.youAre, user.name],
            [t.role, user.role ? roles[user.role] : byKey],
            [t.youUntil, format.moment(expires_at)],
          ]}
        />
        <p className="settings-scopes">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </p>
      </Panel>
      {user.role && <Password />}
    </div>
  );
}

function Health() {
  const t = useTexts(texts);
  const asked = useGet(get('/readyz'), { every: 10_000 });
  return (
    <Panel title={t.health} note={t.healthNote} source={asked.source} span={4}>
      <Loaded asked={asked}>
        {({ status, checks }) => (
          <div className="stack">
            <div>
              <Badge
                tone={status === 'ok' ? 'good' : status === 'degraded' ? 'warn' : 'bad'}
                icon={status === 'ok' ? 'check' : 'warn'}
              >
                {t.healthStates[status]}
              </Badge>
            </div>
            <Facts
              facts={Object.entries(checks).map(([name, state]) => [
                name in t.checks ? t.checks[name as keyof typeof t.checks] : name,
                state,
              ])}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Password() {
  const t = useTexts(texts);
  const toast = useToast();
  const [now, setNow] = useState('');
  const [next, setNext] = useState('');
  const { run, isRunning, error } = useChange(['/v1/sessions']);
  const save = async () => {
    const body = { new_password: next, ...(now ? { password: now } : {}) };
    if (!(await run(put('/v1/session/password', { body })))) return;
    setNow('');
    setNext('');
    toast({ title: t.passwordDone });
  };
  return (
    <Panel title={t.password} span={4}>
      <Form className="settings-form" onSubmit={save}>
        <TextField
          label={t.passwordNow}
          type="password"
          autoComplete="current-password"
          value={now}
          onChange={setNow}
          error={error?.fault('password')}
        />
        <TextField
          label={t.passwordNew}
          hint={t.passwordHint}
          type="password"
          autoComplete="new-password"
          minLength={10}
          required
          value={next}
          onChange={setNext}
          error={error?.fault('new_password')}
        />
        {error && <Problem error={error} title={t.refused} />}
        <div>
          <Button type="submit" working={isRunning} disabled={next.length < 10}>
            {t.passwordSave}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
