import { useState } from 'react';
import { Link } from 'wouter';
import { type Answer, get, remove, useChange, useGet, usePages } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { type Format, nothing, type Unit, useFormat } from '../../../format/index.ts';
import { Button, type Column, Empty, LinkButton, Loaded, Panel, Table, useToast } from '../../../kit/index.ts';
import type { Indicator } from '../../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../../texts/texts.ts';
import { AlarmDialog, type AlarmRule, requestOf, staleAlarms } from './alarm-dialog.tsx';
import { alarmTexts } from './alarm-texts.ts';

type Rang = Answer<'/v1/alarms'>['items'][number];

/** The rules that raise alarms, and the alarms that they raised. */
export function Alarms() {
  const definitions = useGet(get('/v1/indicators'));
  return (
    <Loaded asked={definitions} height={320}>
      {({ items }) => (
        <div className="grid">
          <Rules indicators={items} />
          <RangAlarms indicators={items} />
        </div>
      )}
    </Loaded>
  );
}

interface Named {
  indicator_id: string;
  by: string | null;
  member: string | null;
}

function useNames(indicators: readonly Indicator[]) {
  const language = useLanguage();
  const find = (id: string) => indicators.find(({ indicator_id }) => indicator_id === id);
  return {
    find,
    nameOf: ({ indicator_id: id, member }: Named) => {
      const name = find(id)?.name[language] ?? id;
      return member === null ? name : `${name} · ${member}`;
    },
  };
}

const pathOf = ({ indicator_id, by }: Named, grain: string) =>
  `/indicators?indicator=${indicator_id}&grain=${grain}${by ? `&by=${by}` : ''}`;

/** Money is told in whole units, as everything is. */
const thresholdOf = (threshold: number | null, unit: Unit | undefined, format: Format) =>
  threshold === null ? '' : format.figure(threshold, unit ?? 'ratio');

function Rules({ indicators }: { indicators: readonly Indicator[] }) {
  const t = useTexts(alarmTexts);
  const asked = useGet(get('/v1/indicator-alarms'));
  const [changed, setChanged] = useState<AlarmRule>();
  const columns = useRuleColumns(indicators, setChanged);
  const indicator = indicators.find(({ indicator_id }) => indicator_id === changed?.indicator_id);
  const rules = asked.data?.items;
  return (
    <Panel title={t.rules} note={t.rulesNote} about={t.rulesAbout} source={asked.source} flush>
      <Table
        caption={t.rules}
        rows={{ ...asked, rows: rules }}
        columns={columns}
        rowKey={({ alarm_id }) => alarm_id}
        fileName="alarms"
        empty={
          <Empty
            icon="bell"
            title={t.noRulesTitle}
            text={t.noRulesText}
            actions={<LinkButton href="/indicators">{t.chooseIndicator}</LinkButton>}
          />
        }
      />
      {changed && indicator && rules && (
        <AlarmDialog
          key={changed.alarm_id}
          indicator={indicator}
          rules={rules}
          rule={changed}
          onClose={() => setChanged(undefined)}
        />
      )}
    </Panel>
  );
}

function useRuleColumns(indicators: readonly Indicator[], onChange: (rule: AlarmRule) => void): Column<AlarmRule>[] {
  const t = useTexts(alarmTexts);
  const format = useFormat();
  const may = useMay();
  const { find, nameOf } = useNames(indicators);
  const whenOf = ({ condition, threshold, indicator_id: id }: AlarmRule) =>
    t.sentence(t.conditions[condition], thresholdOf(threshold, find(id)?.unit, format)).trim();
  const columns: Column<AlarmRule>[] = [
    {
      key: 'indicator',
      header: t.indicator,
      cell: (rule) => <Link href={pathOf(rule, rule.grain)}>{nameOf(rule)}</Link>,
      value: nameOf,
    },
    { key: 'when', header: t.when, cell: whenOf, value: whenOf },
    { key: 'each', header: t.each, cell: ({ grain }) => t.grains[grain], value: ({ grain }) => grain },
    {
      key: 'rate',
      header: t.rate,
      help: t.rateHint,
      align: 'end',
      wideOnly: true,
      cell: ({ false_alarm_rate: rate }) => (rate === null ? nothing : format.plainPercent(rate)),
      value: ({ false_alarm_rate }) => false_alarm_rate,
    },
    {
      key: 'next',
      header: t.next,
      align: 'end',
      wideOnly: true,
      cell: ({ next_period, grain }) => format.period(next_period, grain),
      value: ({ next_period }) => next_period,
    },
  ];
  if (!may('indicators', 'merchandise')) return columns;
  const actions: Column<AlarmRule> = {
    key: 'actions',
    header: t.change,
    align: 'end',
    cell: (rule) => <RuleActions rule={rule} name={nameOf(rule)} onChange={onChange} />,
  };
  return [...columns, actions];
}

function RuleActions({ rule, name, onChange }: { rule: AlarmRule; name: string; onChange(rule: AlarmRule): void }) {
  const t = useTexts(alarmTexts);
  const toast = useToast();
  const removing = useChange<unknown>(staleAlarms);
  const restoring = useChange<AlarmRule>(staleAlarms);
  const take = async () => {
    const gone = await removing.run(remove('/v1/indicator-alarms/{alarm_id}', { path: { alarm_id: rule.alarm_id } }));
    if (gone) toast({ title: t.removed, text: t.removedText, undo: () => void restoring.run(requestOf(rule)) });
  };
  return (
    <span className="alarm-actions">
      <Button small aria-haspopup="dialog" aria-label={t.changeOf(name)} onClick={() => onChange(rule)}>
        {t.change}
      </Button>
      <Button small working={removing.isRunning} aria-label={t.removeOf(name)} onClick={take}>
        {t.remove}
      </Button>
    </span>
  );
}

function RangAlarms({ indicators }: { indicators: readonly Indicator[] }) {
  const t = useTexts(alarmTexts);
  const pages = usePages(get('/v1/alarms', { query: { limit: 50 } }));
  return (
    <Panel title={t.rang} note={t.rangNote} source={pages.source} flush>
      <Table
        caption={t.rang}
        rows={pages}
        columns={useRangColumns(indicators)}
        rowKey={({ alarm_number }) => alarm_number}
        fileName="alarms-rang"
        empty={<Empty icon="check" title={t.noneRang} text={t.noneRangText} />}
      />
    </Panel>
  );
}

function useRangColumns(indicators: readonly Indicator[]): Column<Rang>[] {
  const t = useTexts(alarmTexts);
  const format = useFormat();
  const { nameOf } = useNames(indicators);
  return [
    {
      key: 'indicator',
      header: t.indicator,
      cell: (one) => <Link href={pathOf(one, one.grain)}>{nameOf(one)}</Link>,
      value: nameOf,
    },
    {
      key: 'when',
      header: t.when,
      cell: ({ condition }) => t.conditions[condition],
      value: ({ condition }) => t.conditions[condition],
    },
    {
      key: 'period',
      header: t.period,
      align: 'end',
      cell: ({ period, grain }) => <span className="nowrap">{format.period(period, grain)}</span>,
      value: ({ period }) => period,
    },
    {
      key: 'value',
      header: t.value,
      align: 'end',
      cell: ({ value, unit }) => format.figure(value, unit),
      value: ({ value }) => Number(value),
    },
    {
      key: 'expected',
      header: t.expected,
      help: t.expectedHelp,
      align: 'end',
      cell: ({ expected, threshold, unit }) => format.figure(expected ?? threshold, unit),
      value: ({ expected, threshold }) => Number(expected ?? threshold),
    },
    {
      key: 'rang',
      header: t.rangAt,
      align: 'end',
      wideOnly: true,
      cell: ({ raised_at }) => <span className="nowrap">{format.moment(raised_at)}</span>,
      value: ({ raised_at }) => raised_at,
    },
  ];
}
