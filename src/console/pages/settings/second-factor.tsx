import { type ReactNode, useState } from 'react';
import { type Answer, type ApiError, get, post, put, useChange, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  CopyLine,
  Dialog,
  Facts,
  Form,
  Loaded,
  Notice,
  Panel,
  Problem,
  TextField,
  useToast,
} from '../../kit/index.ts';
import { QrPicture } from '../../shared/qr-picture.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What shows how somebody signs in: to be asked anew when that changes. */
export const ofSecondFactor = ['/v1/session/second-factor', '/v1/users', '/v1/audit-entries'];

type State = Answer<'/v1/session/second-factor'>;
type Begun = Answer<'/v1/session/second-factor', 'post'>;
type Confirmed = Answer<'/v1/session/second-factor', 'put'>;
type Doing = 'setUp' | 'remove' | 'renew';

/** One-time codes beside the password: set up, replaced, removed, and codes on paper for when the app is lost. */
export function SecondFactor() {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/session/second-factor'));
  const [doing, setDoing] = useState<Doing>();
  return (
    <Panel title={t.secondFactor} note={t.secondFactorNote} source={asked.source} span={4}>
      <Loaded asked={asked}>
        {(state) => (
          <div className="stack">
            <div>
              <Badge tone={state.has_second_factor ? 'good' : 'neutral'}>
                {state.has_second_factor ? t.factorOn : t.factorOff}
              </Badge>
            </div>
            {state.since && (
              <Facts
                facts={[
                  [t.since, format.moment(state.since)],
                  [t.codesLeft, format.count(state.recovery_codes_left)],
                ]}
              />
            )}
            {state.has_second_factor && state.recovery_codes_left < 3 && <Notice tone="warn">{t.codesFew}</Notice>}
            {state.has_password ? (
              <div className="settings-acts settings-acts-start">
                <Button small icon="key" onClick={() => setDoing('setUp')}>
                  {state.has_second_factor ? t.factorReplace : t.factorSetUp}
                </Button>
                {state.has_second_factor && (
                  <>
                    <Button small icon="refresh" onClick={() => setDoing('renew')}>
                      {t.codesRenew}
                    </Button>
                    <Button small kind="quiet" icon="trash" onClick={() => setDoing('remove')}>
                      {t.factorRemove}
                    </Button>
                  </>
                )}
              </div>
            ) : (
              <p className="panel-note">{t.passwordFirst}</p>
            )}
            {doing === 'setUp' && <SetUp state={state} onClose={() => setDoing(undefined)} />}
            {doing === 'remove' && <Remove state={state} onClose={() => setDoing(undefined)} />}
            {doing === 'renew' && <Renew state={state} onClose={() => setDoing(undefined)} />}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

interface OfState {
  state: State;
  onClose(): void;
}

interface Proof {
  password: string;
  code?: string;
}

/** The password, and a code where there are codes: whoever finds this browser open has neither. */
function Prove({
  state,
  title,
  text,
  verb,
  isDangerous,
  error,
  isWorking,
  onProven,
  onClose,
}: OfState & {
  title: string;
  text: string;
  verb: string;
  isDangerous?: boolean;
  error: ApiError | undefined;
  isWorking: boolean;
  onProven(proof: Proof): unknown;
}) {
  const t = useTexts(texts);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const asksCode = state.has_second_factor;
  const faults = { password: error?.fault('password'), code: error?.fault('code') };
  const prove = () => onProven({ password, ...(asksCode ? { code: code.replaceAll(' ', '').toLowerCase() } : {}) });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      actions={
        <Button
          kind={isDangerous ? 'danger' : 'main'}
          type="submit"
          form="prove"
          working={isWorking}
          disabled={!password || (asksCode && !code)}
        >
          {verb}
        </Button>
      }
    >
      <Form id="prove" className="settings-form" onSubmit={prove}>
        <TextField
          label={t.passwordNow}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={faults.password && t.passwordWrong}
          required
        />
        {asksCode && (
          <TextField
            label={t.code}
            hint={t.codeHint}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            value={code}
            onChange={setCode}
            error={faults.code && t.codeWrong}
            required
          />
        )}
        {error && !faults.password && !faults.code && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}

/** Three steps: who it is, the secret with its first code, the codes for paper. */
function SetUp({ state, onClose }: OfState) {
  const t = useTexts(texts);
  const begin = useChange<Begun>([]);
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />;
  if (begun) return <Confirm begun={begun} onConfirmed={setCodes} onClose={onClose} />;
  return (
    <Prove
      state={state}
      title={state.has_second_factor ? t.factorReplace : t.factorSetUp}
      text={t.factorText}
      verb={t.next}
      error={begin.error}
      isWorking={begin.isRunning}
      onProven={async (body) => setBegun(await begin.run(post('/v1/session/second-factor', { body })))}
      onClose={onClose}
    />
  );
}

function Confirm({
  begun,
  onConfirmed,
  onClose,
}: {
  begun: Begun;
  onConfirmed(codes: readonly string[]): void;
  onClose(): void;
}) {
  const t = useTexts(texts);
  const [code, setCode] = useState('');
  // The panel is asked anew when the codes were seen: until then this dialog is in it.
  const { run, isRunning, error } = useChange<Confirmed>(['/v1/users', '/v1/audit-entries']);
  const confirm = async () => {
    const answer = await run(put('/v1/session/second-factor', { body: { code: code.replaceAll(' ', '') } }));
    if (answer) onConfirmed(answer.recovery_codes);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.secretTitle}
      description={t.secretText}
      actions={
        <Button kind="main" type="submit" form="confirm" working={isRunning} disabled={!code}>
          {t.factorConfirm}
        </Button>
      }
    >
      <Form id="confirm" className="settings-form" onSubmit={confirm}>
        <QrPicture text={begun.uri} label={t.secretPicture} />
        <Copied label={t.secret}>{begun.secret}</Copied>
        <Copied label={t.secretUri}>{begun.uri}</Copied>
        <p>
          <a href={begun.uri}>{t.openApp}</a>
        </p>
        <TextField
          label={t.firstCode}
          hint={t.firstCodeHint}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={setCode}
          error={error?.fault('code') && t.codeWrong}
          required
        />
        {error && !error.fault('code') && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}

function Copied({ label, children }: { label: string; children: string }): ReactNode {
  return (
    <div>
      <p className="field-label">{label}</p>
      <CopyLine text={children} />
    </div>
  );
}

/** Shown once. */
function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  const t = useTexts(texts);
  const asked = useGet(get('/v1/session/second-factor'));
  const done = () => {
    asked.again();
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={done}
      title={t.codesTitle}
      description={t.codesText}
      actions={
        <Button kind="main" onClick={done}>
          {t.codesKept}
        </Button>
      }
    >
      <CopyLine text={codes.join(' ')} />
    </Dialog>
  );
}

function Remove({ state, onClose }: OfState) {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning, error } = useChange(ofSecondFactor);
  return (
    <Prove
      state={state}
      title={t.factorRemoveTitle}
      text={t.factorRemoveText}
      verb={t.factorRemove}
      isDangerous
      error={error}
      isWorking={isRunning}
      onProven={async (body) => {
        if (!(await run(post('/v1/session/second-factor/removals', { body })))) return;
        onClose();
        toast({ title: t.factorRemoved });
      }}
      onClose={onClose}
    />
  );
}

function Renew({ state, onClose }: OfState) {
  const t = useTexts(texts);
  const { run, isRunning, error } = useChange<Confirmed>(['/v1/users', '/v1/audit-entries']);
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />;
  return (
    <Prove
      state={state}
      title={t.codesRenew}
      text={t.codesRenewText}
      verb={t.codesRenew}
      error={error}
      isWorking={isRunning}
      onProven={async (body) => setCodes((await run(post('/v1/session/recovery-codes', { body })))?.recovery_codes)}
      onClose={onClose}
    />
  );
}
