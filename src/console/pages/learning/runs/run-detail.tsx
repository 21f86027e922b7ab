import type { ReactNode } from 'react';
import { get, useGet } from '../../../api/index.ts';
import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, Dialog, Facts, Loaded, Notice, SourceButton } from '../../../kit/index.ts';
import { useSaid } from '../../../shared/use-said.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { evaluationOf, type Run, secondsOf, verdictOf } from '../types.ts';
import { useRunState } from '../verdict.ts';
import { changeTexts } from './change-texts.ts';
import { WhatChanged } from './changes.tsx';
import { Gate } from './gate.tsx';
import { JudgedTable, judgedNote } from './judged.tsx';
import { Recipes } from './recipes.tsx';
import { Stages } from './stages.tsx';

/** One run with everything that it left: verdict, figures, stages, recipes. */
export function RunDetail({ id, onClose }: { id: string; onClose(): void }) {
  const t = useTexts(texts);
  const asked = useGet(get('/v1/training-runs/{training_run_id}', { path: { training_run_id: id } }), {
    keep: false,
  });
  return (
    <Dialog isOpen wide onClose={onClose} title={t.runNumber(id)}>
      <Loaded asked={asked} lines={12}>
        {(run) => <Told run={run} source={<SourceButton name={t.runNumber(id)} source={asked.source} />} />}
      </Loaded>
    </Dialog>
  );
}

function Told({ run, source }: { run: Run; source: ReactNode }) {
  const t = useTexts(texts);
  const changes = useTexts(changeTexts);
  const format = useFormat();
  const [tone, state] = useRunState()(run);
  const evaluation = evaluationOf(run);
  const say = useSaid();
  const counts = Object.entries(t.counts).flatMap(([name, label]): [string, string][] => {
    const value = (run.counts as Record<string, unknown>)[name];
    return typeof value === 'number' ? [[label, format.count(value)]] : [];
  });
  return (
    <div className="learning-run">
      <div className="row">
        <Badge tone={tone}>{state}</Badge>
        <span className="muted">
          {format.moment(run.started_at)} · {format.seconds(secondsOf(run))}
        </span>
        <span className="learning-space" />
        {source}
      </div>
      {run.error && <Notice tone="bad">{say(run.error)}</Notice>}
      {run.warnings.map((warning) => (
        <Notice key={warning} tone="warn" title={t.warning}>
          {say(warning)}
        </Notice>
      ))}
      <Section title={t.gate} note={t.gateAbout}>
        <Gate verdict={verdictOf(run)} winner={evaluation?.winner} />
      </Section>
      {Object.keys(run.versions).length > 0 && (
        <Section title={changes.title}>
          <WhatChanged run={run} />
        </Section>
      )}
      {evaluation && evaluation.rows.length > 0 && (
        <Section title={t.judgedTitle} note={judgedNote(t, format, evaluation)}>
          <JudgedTable evaluation={evaluation} />
        </Section>
      )}
      <Section title={t.stagesTitle}>
        <Stages progress={run.progress} isLive={run.status === 'running'} />
      </Section>
      <Section title={t.facts}>
        <Facts
          facts={[
            ...counts,
            [t.asOf, format.moment(run.as_of)],
            [t.watermark, run.watermark ? format.moment(run.watermark) : nothing],
            [t.seed, String(run.seed)],
            [t.codeVersion, run.code_version],
          ]}
        />
      </Section>
      <Section title={t.madeVersions}>
        <Facts
          facts={Object.entries(run.versions).map(([kind, version]) => [
            kind in t.kinds ? t.kinds[kind as keyof typeof t.kinds] : kind,
            String(version),
          ])}
        />
      </Section>
      <Section title={t.recipes} note={t.recipesNote}>
        <Recipes recipes={run.recipes} />
      </Section>
    </div>
  );
}

function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="learning-section">
      <h3>{title}</h3>
      {note && <p className="panel-note">{note}</p>}
      {children}
    </section>
  );
}
