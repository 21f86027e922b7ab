import { useState } from 'react';
import { type Answer, put, useChange } from '../../../api/index.ts';
import { useSession } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import { Button, Dialog, Form, Problem, Select, TextField, useToast } from '../../../kit/index.ts';
import { betterOf, type Indicator } from '../../../shared/indicators.ts';
import { indicatorTexts } from '../../../texts/indicators.ts';
import { useLanguage, useTexts } from '../../../texts/texts.ts';
import { alarmTexts } from './alarm-texts.ts';

export type AlarmRule = Answer<'/v1/indicator-alarms'>['items'][number];
type Condition = AlarmRule['condition'];

/** Operations whose answers are other ones once a rule has changed. */
export const staleAlarms = ['/v1/indicator-alarms', '/v1/audit-entries'];

/** What is sent of a rule, which can be sent again to have it back. */
export function requestOf({
  alarm_id,
  indicator_id,
  by,
  member,
  grain,
  condition,
  threshold,
  false_alarm_rate,
}: AlarmRule) {
  const body = { indicator_id, by, member, grain, condition, threshold, false_alarm_rate };
  return put('/v1/indicator-alarms/{alarm_id}', { path: { alarm_id }, body });
}

/** A name that no rule has: what it is about, and a number where there is such a one already. */
function freeId({ indicator_id, condition, grain }: AlarmRule, rules: readonly AlarmRule[]): string {
  const name = `${indicator_id}-${condition}-${grain}`.slice(0, 58);
  const taken = new Set(rules.map(({ alarm_id }) => alarm_id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(id)) return id;
  }
}

const conditions = ['falls', 'rises', 'below', 'above'] as const;
const isOfThreshold = (condition: Condition) => condition === 'below' || condition === 'above';

/** Makes a rule, or changes one. */
export function AlarmDialog({
  indicator,
  rules,
  rule,
  onClose,
}: {
  indicator: Indicator;
  rules: readonly AlarmRule[];
  /** the one that is changed; absent: a new one */
  rule?: AlarmRule | undefined;
  onClose(): void;
}) {
  const t = useTexts(alarmTexts);
  const language = useLanguage();
  const toast = useToast();
  const draft = useDraft(indicator, rule);
  const { run, isRunning, error } = useChange<AlarmRule>(staleAlarms);
  const name = indicator.name[language];
  const submit = async () => {
    if (!draft.wanted) return;
    const wanted = { ...draft.wanted, alarm_id: rule?.alarm_id ?? freeId(draft.wanted, rules) };
    if (!(await run(requestOf(wanted)))) return;
    onClose();
    if (rule) toast({ title: t.isChanged, undo: () => void run(requestOf(rule)) });
    else toast({ title: t.isSet, text: t.isSetText });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={rule ? t.changeTitle(name) : t.tellMeTitle(name)}
      description={t.dialogAbout}
      actions={
        <Button kind="main" type="submit" form="alarm" working={isRunning}>
          {t.save}
        </Button>
      }
    >
      <Form id="alarm" className="stack" onSubmit={submit}>
        <WhenFields indicator={indicator} draft={draft} fault={(field) => error?.fault(field)} />
        <WhoseFields indicator={indicator} draft={draft} fault={(field) => error?.fault(field)} />
        {error && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}

type Draft = ReturnType<typeof useDraft>;
interface FieldsProps {
  indicator: Indicator;
  draft: Draft;
  fault(field: string): string | undefined;
}

function useDraft({ indicator_id, unit, grains }: Indicator, rule: AlarmRule | undefined) {
  const usual = (['day', 'week', 'month'] as const).find((grain) => grains.includes(grain)) ?? 'month';
  // Shares are typed as percent.
  const factor = unit === 'share' ? 100 : 1;
  const [condition, setCondition] = useState<Condition>(
    rule?.condition ?? (betterOf(indicator_id) === 'less' ? 'rises' : 'falls'),
  );
  const [typed, setTyped] = useState(rule?.threshold == null ? '' : String(+(rule.threshold * factor).toPrecision(12)));
  const [grain, setGrain] = useState<AlarmRule['grain']>(rule?.grain ?? usual);
  const [rate, setRate] = useState(String(rule?.false_alarm_rate ?? 0.01));
  const [by, setBy] = useState<NonNullable<AlarmRule['by']> | ''>(rule?.by ?? '');
  const [member, setMember] = useState(rule?.member ?? '');
  const number = typed.trim() === '' ? Number.NaN : Number(typed.trim().replace(',', '.')) / factor;
  const threshold = isOfThreshold(condition) ? +number.toPrecision(12) : null;
  const isReady = threshold === null || Number.isFinite(threshold);
  const wanted: AlarmRule | undefined = isReady
    ? {
        ...{ alarm_id: '', indicator_id, by: by || null, member: by ? member : null, grain, condition, threshold },
        false_alarm_rate: threshold === null ? Number(rate) : null,
        ...{ next_period: '', changed_at: '' },
      }
    : undefined;
  return {
    ...{ condition, setCondition, typed, setTyped, grain, setGrain, rate, setRate, by, setBy, member, setMember },
    wanted,
  };
}

function WhenFields({ indicator, draft, fault }: FieldsProps) {
  const t = useTexts(alarmTexts);
  const format = useFormat();
  const { shop } = useSession();
  const { condition, typed, grain, rate } = draft;
  const { unit } = indicator;
  const grains = (['day', 'week', 'month'] as const).filter((one) => indicator.grains.includes(one));
  const label =
    unit === 'money'
      ? t.thresholdIn.money(shop.currency)
      : unit in t.thresholdIn
        ? t.thresholdIn[unit as 'share']
        : t.threshold;
  const rates = Object.hasOwn(t.rates, rate) ? Object.keys(t.rates) : [...Object.keys(t.rates), rate];
  return (
    <>
      <Select<Condition>
        label={t.condition}
        hint={t.conditionHint[condition]}
        value={condition}
        onChange={draft.setCondition}
        choices={conditions.map((value) => ({ value, label: t.conditions[value] }))}
        error={fault('condition')}
      />
      {isOfThreshold(condition) ? (
        <TextField
          label={label}
          inputMode="decimal"
          required
          value={typed}
          onChange={draft.setTyped}
          error={fault('threshold') ?? (typed !== '' && !draft.wanted ? t.notNumber : undefined)}
        />
      ) : (
        <Select
          label={t.rate}
          hint={t.rateHint}
          value={rate}
          onChange={draft.setRate}
          choices={rates.map((value) => ({
            value,
            label: t.rates[value] ?? t.otherRate(format.plainPercent(Number(value))),
          }))}
          error={fault('false_alarm_rate')}
        />
      )}
      <Select<AlarmRule['grain']>
        label={t.grain}
        value={grain}
        onChange={draft.setGrain}
        choices={grains.map((value) => ({ value, label: t.grains[value] }))}
        error={fault('grain')}
      />
    </>
  );
}

function WhoseFields({ indicator, draft, fault }: FieldsProps) {
  const t = useTexts(alarmTexts);
  const words = useTexts(indicatorTexts);
  if (indicator.dimensions.length === 0) return null;
  return (
    <>
      <Select<NonNullable<AlarmRule['by']> | ''>
        label={t.of}
        value={draft.by}
        onChange={draft.setBy}
        choices={[
          { value: '', label: t.whole },
          ...indicator.dimensions.map((value) => ({ value, label: words.dimensions[value] })),
        ]}
        error={fault('by')}
      />
      {draft.by && (
        <TextField
          label={t.member}
          hint={t.memberHint}
          value={draft.member}
          maxLength={200}
          spellCheck={false}
          onChange={draft.setMember}
          error={fault('member')}
        />
      )}
    </>
  );
}
