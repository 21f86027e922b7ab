import { useState } from 'react';
import { get, post, useChange, useGet } from '../../../api/index.ts';
import { useFormat } from '../../../format/index.ts';
import { Button, Confirm, Facts, Notice, Preview, Problem, useToast } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { type Kind, kinds, type Release, type Version, verdictOf } from '../types.ts';
import { useVerdictWords } from '../verdict.ts';

/** What is answered from another version afterwards. */
const stale = ['/v1/releases', '/v1/models', '/v1/segments', '/v1/association-rules', '/v1/customers', '/v1/items'];

interface Props {
  version: Version;
  /** what is served now; undefined: nothing was published yet */
  release: Release | undefined;
}

/** Publishes a version, or rolls back to it, once somebody has read what will be served. */
export function PublishButton({ version, release }: Props) {
  const t = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const isBack = version.version < (release?.versions[version.kind] ?? 0);
  const number = String(version.version);
  // The row says which version: of the whole name only the verb is seen.
  const [short, whole] = isBack ? [t.rollBack, t.rollBackOf(number)] : [t.publish, t.publishOf(number)];
  return (
    <>
      <Button small icon={isBack ? 'undo' : 'upload'} onClick={() => setOpen(true)}>
        {short}
        <span className="visually-hidden">{whole.slice(short.length)}</span>
      </Button>
      {isOpen && <Asking version={version} release={release} isBack={isBack} onClose={() => setOpen(false)} />}
    </>
  );
}

function Asking({ version, release, isBack, onClose }: Props & { isBack: boolean; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const { run, isRunning, error } = useChange<Release>(stale);
  const { kind, version: number, as_of: asOf } = version;
  const name = t.kinds[kind];
  const before = release?.versions[kind];
  const choose = (chosen: number) => run(post('/v1/releases', { body: { kind, version: chosen } }));
  const told = (made: Release, chosen: number) => ({
    title: t.publishDone(name, String(chosen)),
    text: t.publishDoneText(String(made.release_id)),
  });
  const takeBack = async (chosen: number) => {
    const made = await choose(chosen);
    toast(made ? told(made, chosen) : { kind: 'bad', title: t.publishRefused });
  };
  const publish = async () => {
    const made = await choose(number);
    if (!made) return;
    onClose();
    toast({ ...told(made, number), ...(before ? { undo: () => void takeBack(before) } : {}) });
  };
  return (
    <Confirm
      isOpen
      onClose={onClose}
      wide
      title={isBack ? t.rollBackTitle(name, String(number)) : t.publishTitle(name, String(number))}
      description={before ? t.publishText(name, String(number), String(before)) : t.publishFirst(name, String(number))}
      confirm={isBack ? t.rollBackOf(String(number)) : t.publishOf(String(number))}
      isWorking={isRunning}
      onConfirm={publish}
    >
      <div className="stack">
        <p>
          {t.learntUntil(format.moment(asOf))} {before && t.publishAgain}
        </p>
        <Refused version={version} />
        <Preview
          before={<Served versions={release?.versions ?? {}} changed={kind} />}
          after={<Served versions={{ ...release?.versions, [kind]: number }} changed={kind} />}
        />
        {error && <Problem error={error} title={t.publishRefused} />}
      </div>
    </Confirm>
  );
}

/** A person may overrule the gate, but not without having read that they do. */
function Refused({ version: { training_run_id: id } }: { version: Version }) {
  const t = useTexts(texts);
  const inWords = useVerdictWords();
  const asked = useGet(get('/v1/training-runs/{training_run_id}', { path: { training_run_id: id ?? '' } }), {
    when: id !== null,
  });
  const verdict = asked.data && verdictOf(asked.data);
  if (!verdict || verdict.passed) return null;
  return (
    <Notice tone="warn" title={t.overrules}>
      {inWords(verdict)}
    </Notice>
  );
}

/** The versions that are served together; the one that changes stands out. */
function Served({ versions, changed }: { versions: Release['versions']; changed: Kind }) {
  const t = useTexts(texts);
  return (
    <Facts
      facts={kinds.map((kind) => {
        const text = versions[kind] === undefined ? '–' : t.versionNumber(String(versions[kind]));
        return [t.kinds[kind], kind === changed ? <strong key={kind}>{text}</strong> : text];
      })}
    />
  );
}
