import { useState } from 'react';
import { post, useChange } from '../../../api/index.ts';
import { useSession } from '../../../app/session.tsx';
import { momentOf, useFormat } from '../../../format/index.ts';
import {
  Button,
  Checkbox,
  Combobox,
  Dialog,
  Form,
  Problem,
  Segmented,
  TextArea,
  TextField,
  useToast,
} from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { type Kind, kinds, type Run, secondsOf } from '../types.ts';
import { readRecipeLines, writeRecipeLines } from './recipe-lines.ts';
import { fieldsOf } from './recipes.tsx';

interface Props {
  /** the latest of all, to say how long it may take */
  last: Run | undefined;
  /** values that runs have used, by model */
  recipes: Record<string, unknown>;
  /** recipe lines that are tried, from elsewhere */
  lines?: string;
  onClose(): void;
  onStarted(): void;
}

/** Says what will be learnt, from what, and what becomes of it, before it begins. */
export function StartRun({ last, recipes, lines = '', onClose, onStarted }: Props) {
  const t = useTexts(texts);
  const toast = useToast();
  const { shop } = useSession();
  const [which, setWhich] = useState<'all' | 'some'>('all');
  const [some, setSome] = useState<readonly Kind[]>([]);
  const [publish, setPublish] = useState<'gate' | 'never'>(lines ? 'never' : 'gate');
  const [asOf, setAsOf] = useState('');
  const [seed, setSeed] = useState('');
  const [text, setText] = useState(lines);
  const { run, isRunning, error } = useChange<Run>(['/v1/training-runs']);
  const read = readRecipeLines(text);
  const fault = 'fault' in read ? t.startFault(read.fault) : undefined;
  const isReady = !fault && (which === 'all' || some.length > 0);
  const start = async () => {
    if ('fault' in read || !isReady) return;
    const body = {
      publish,
      ...(which === 'some' ? { models: [...some] } : {}),
      ...(asOf ? { as_of: momentOf(`${asOf}T00:00`, shop.time_zone) } : {}),
      ...(seed ? { seed: Number(seed) } : {}),
      ...(Object.keys(read.recipes).length > 0 ? { recipes: read.recipes } : {}),
    };
    const made = await run(post('/v1/training-runs', { body }));
    if (!made) return;
    toast({ title: t.startDone(made.training_run_id) });
    onStarted();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.startTitle}
      description={t.startText}
      actions={
        <Button kind="main" icon="play" type="submit" form="start-run" working={isRunning} disabled={!isReady}>
          {t.start}
        </Button>
      }
    >
      <Form id="start-run" className="learning-form" onSubmit={start}>
        <Models which={which} onWhich={setWhich} some={some} onSome={setSome} />
        <div className="learning-line">
          <span className="field-label">{t.startPublish}</span>
          <Segmented<'gate' | 'never'>
            label={t.startPublish}
            value={publish}
            onChange={setPublish}
            choices={[
              { value: 'gate', label: t.startGate },
              { value: 'never', label: t.startNever },
            ]}
          />
        </div>
        <div className="learning-two">
          <TextField label={t.startAsOf} hint={t.startAsOfHint} type="date" value={asOf} onChange={setAsOf} />
          <TextField
            label={t.startSeed}
            hint={t.startSeedHint}
            inputMode="numeric"
            value={seed}
            onChange={(value) => setSeed(value.replace(/\D/g, ''))}
          />
        </div>
        <TextArea
          label={t.startRecipes}
          hint={t.startRecipesHint}
          error={fault}
          value={text}
          onChange={setText}
          rows={lines ? 6 : 3}
          spellCheck={false}
        />
        <RecipeValue recipes={recipes} onChoose={(line) => setText([text.trim(), line].filter(Boolean).join('\n'))} />
        <Will which={which} some={some} publish={publish} last={last} />
        {error && <Problem error={error} title={t.startRefused} />}
      </Form>
    </Dialog>
  );
}

/** A value that a recipe has, found by its name. */
function RecipeValue({ recipes, onChoose }: { recipes: Record<string, unknown>; onChoose(line: string): void }) {
  const t = useTexts(texts);
  const choices = Object.entries(recipes).flatMap(([kind, recipe]) =>
    fieldsOf(recipe).map(([field, value]) => {
      const line = writeRecipeLines(kind, [[field, value]]);
      return { value: line, label: `${kind}.${field}`, hint: value };
    }),
  );
  if (choices.length === 0) return null;
  return (
    <Combobox
      label={t.startAddRecipe}
      hint={t.startAddRecipeHint}
      value={null}
      onChange={(next) => next && onChoose(next.value)}
      choices={choices}
    />
  );
}

function Models({
  which,
  onWhich,
  some,
  onSome,
}: {
  which: 'all' | 'some';
  onWhich(which: 'all' | 'some'): void;
  some: readonly Kind[];
  onSome(some: readonly Kind[]): void;
}) {
  const t = useTexts(texts);
  return (
    <div className="learning-line">
      <span className="field-label">{t.startWhich}</span>
      <Segmented<'all' | 'some'>
        label={t.startWhich}
        value={which}
        onChange={onWhich}
        choices={[
          { value: 'all', label: t.startAll },
          { value: 'some', label: t.startSome },
        ]}
      />
      {which === 'some' && (
        <div className="learning-boxes">
          {kinds.map((kind) => (
            <Checkbox
              key={kind}
              label={t.kinds[kind]}
              checked={some.includes(kind)}
              onChange={(checked) => onSome(checked ? [...some, kind] : some.filter((one) => one !== kind))}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function Will({
  which,
  some,
  publish,
  last,
}: {
  which: 'all' | 'some';
  some: readonly Kind[];
  publish: 'gate' | 'never';
  last: Run | undefined;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  if (which === 'some' && some.length === 0) return <p className="muted">{t.startSomeNeeded}</p>;
  const models = which === 'all' ? t.startAllOfThem : some.map((kind) => t.kinds[kind]).join(', ');
  const isLike = which === 'all' && last?.models.length === kinds.length && last.finished_at;
  return (
    <p className="muted">
      {t.startWill(models, publish === 'gate' ? t.startGate : t.startNever)}{' '}
      {isLike && t.startLast(format.seconds(secondsOf(last)))}
    </p>
  );
}
