import { useState } from 'react';
import { put, useChange } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, Facts, Form, Panel, Problem, TextField, useToast } from '../../kit/index.ts';
import { shellTexts } from '../../texts/shell.ts';
import { useTexts } from '../../texts/texts.ts';
import { ofSecondFactor, SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { texts } from './texts.ts';

/** Who is looking, and how they sign in. */
export function Account() {
  const t = useTexts(texts);
  const format = useFormat();
  const { roles, byKey } = useTexts(shellTexts);
  const { user, scopes, expires_at } = useSession();
  return (
    <div className="grid">
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
        {!user.role && <p className="panel-note">{t.keyHasNone}</p>}
      </Panel>
      {user.role && <Password />}
      {user.role && <SecondFactor />}
      <Sessions onlyOwn />
    </div>
  );
}

function Password() {
  const t = useTexts(texts);
  const toast = useToast();
  const [now, setNow] = useState('');
  const [next, setNext] = useState('');
  const { run, isRunning, error } = useChange(['/v1/sessions', ...ofSecondFactor]);
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
          error={error?.fault('password') && t.passwordWrong}
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
        {error && !error.fault('password') && <Problem error={error} title={t.refused} />}
        <div>
          <Button type="submit" working={isRunning} disabled={next.length < 10}>
            {t.passwordSave}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
