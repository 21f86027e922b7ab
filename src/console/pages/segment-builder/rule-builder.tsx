import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { type Answer, type ApiError, post, remove, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Checkbox, Empty, Form, Panel, Problem, useToast, useUrlState } from '../../kit/index.ts';
import { segmentPath } from '../../shared/people/names.ts';
import { isComplete } from '../../shared/rules/fields.ts';
import {
  conditionsOf,
  isGroup,
  pointersOf,
  type Rule,
  type RuleGroup,
  readRule,
  replacePart,
  writeRule,
} from '../../shared/rules/rule.ts';
import { usePreview } from '../../shared/rules/use-preview.ts';
import { useTexts } from '../../texts/texts.ts';
import { CountsContext, EditContext, type Editing, type PartState } from './counts.ts';
import { Found } from './found.tsx';
import { GroupEditor } from './group-editor.tsx';
import { useNaming } from './naming.tsx';
import { starts } from './starts.ts';
import { texts } from './texts.ts';

/** A segment by rule: what is written is counted at once, and stands in the address. */
export function RuleBuilder() {
  const t = useTexts(texts);
  const { rule, set, added } = useDraft();
  const preview = usePreview(rule);
  const saving = useSaving(rule);
  const stateOf = useParts(rule, preview, saving.error ?? preview.asked.error);
  const editing: Editing = {
    added,
    change: (id, change) => set(replacePart(rule, id, change as (part: Rule) => Rule | undefined)),
  };
  const isEmpty = rule.parts.length === 0;
  return (
    <EditContext value={editing}>
      <CountsContext value={stateOf}>
        <Form className="builder-form" onSubmit={() => saving.save()}>
          <div className="builder">
            <div className="builder-main">
              <Panel title={t.named}>
                <div className="stack">
                  {saving.naming.fields}
                  <Checkbox label={t.live} checked={saving.live} onChange={saving.setLive} />
                  <p className="field-hint">{t.liveHint}</p>
                </div>
              </Panel>
              <Panel title={t.rule} note={t.ruleNote}>
                {isEmpty && <Starts onChoose={set} />}
                <GroupEditor group={rule} place="" />
              </Panel>
            </div>
            <div className="builder-side">
              <Found preview={preview} />
              <Panel>
                <div className="stack">
                  {saving.error && <Problem error={saving.error} title={t.refused} />}
                  <Button kind="main" type="submit" working={saving.isRunning} disabled={saving.missing !== undefined}>
                    {t.save}
                  </Button>
                  {saving.missing && <p className="field-hint">{saving.missing}</p>}
                </div>
              </Panel>
            </div>
          </div>
        </Form>
      </CountsContext>
    </EditContext>
  );
}

/** The rule as it is being written; the address has it too, so that it can be shared and come back to. */
function useDraft() {
  const [text, setText] = useUrlState<string>('rule', '');
  const [rule, setRule] = useState(() => readRule(parsed(text)));
  const [added, setAdded] = useState<number>();
  const set = (next: RuleGroup) => {
    const before = idsOf(rule);
    setAdded(conditionsOf(next).find(({ id }) => !before.has(id))?.id);
    setRule(next);
    const definition = writeRule(next);
    setText(definition ? JSON.stringify(definition) : '');
  };
  return { rule, set, added };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idsOf(rule: Rule): Set<number> {
  return new Set([rule.id, ...(isGroup(rule) ? rule.parts.flatMap((part) => [...idsOf(part)]) : [])]);
}

function useSaving(rule: RuleGroup) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [, navigate] = useLocation();
  const { run, isRunning, error } = useChange<Answer<'/v1/segments', 'post'>>(['/v1/segments']);
  const undo = useChange<unknown>(['/v1/segments']);
  const naming = useNaming('rule', error);
  const [live, setLive] = useState(false);
  const conditions = conditionsOf(rule);
  const isWhole = conditions.length > 0 && conditions.every(({ condition }) => isComplete(condition));
  const missing = !isWhole ? t.missingRule : naming.name === '' ? t.missingName : undefined;
  const save = async () => {
    const definition = writeRule(rule);
    if (missing || !definition) return;
    const { id, name } = naming;
    const made = await run(post('/v1/segments', { body: { segment_id: id, name, definition, live } }));
    if (!made) return;
    toast({
      title: t.saved(name),
      text: (live ? t.savedLive : t.savedText)(format.count(made.members)),
      undo: async () => {
        await undo.run(remove('/v1/segments/{segment_id}', { path: { segment_id: id } }));
        navigate('/segments?view=own');
        toast({ title: t.undone(name) });
      },
    });
    navigate(segmentPath(id));
  };
  return { save, isRunning, error, naming, missing, live, setLive };
}

/** Counts by part, and faults that the service found, each at the part that it is of. */
function useParts(rule: RuleGroup, preview: ReturnType<typeof usePreview>, error: ApiError | undefined) {
  const { asked, pointers } = preview;
  return useMemo(() => {
    const counts = new Map(asked.data?.parts.map(({ field, customers }) => [field, customers]));
    const faults = error?.problem.errors ?? [];
    const sent = pointersOf(rule);
    return (id: number): PartState => {
      const [counted, at] = [pointers.get(id), sent.get(id)];
      const fault = faults.find(({ field }) => at !== undefined && (field === at || field.startsWith(`${at}/`)));
      return {
        customers: counted === undefined ? undefined : counts.get(counted),
        fault: fault && error?.inWords(fault.message),
      };
    };
  }, [asked.data, pointers, error, rule]);
}

/** Where to begin: three rules that shops ask for. */
function Starts({ onChoose }: { onChoose(rule: RuleGroup): void }) {
  const t = useTexts(texts);
  return (
    <Empty
      icon="segments"
      title={t.startTitle}
      text={t.startText}
      actions={Object.entries(starts).map(([name, definition]) => (
        <Button key={name} onClick={() => onChoose(readRule(definition))}>
          {t.starts[name as keyof typeof starts]}
        </Button>
      ))}
    />
  );
}
