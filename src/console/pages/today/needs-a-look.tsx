import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Empty, Icon, type IconName, Panel, Skeleton } from '../../kit/index.ts';
import type { Indicator } from '../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

interface Need {
  key: string;
  icon: IconName;
  tone: 'warn' | 'bad';
  href: string;
  text: ReactNode;
  note?: string;
}

/** From how much of a budget on it is told. */
const nearlySpent = 0.8;

/** Alarms, learning that failed, goods that run out, refused rows, budgets that end, and a holdout that is not what it should be. */
export function NeedsALook({ definitions }: { definitions: readonly Indicator[] }) {
  const t = useTexts(texts);
  const stock = useStockNeeds();
  const groups = [
    useAlarmNeeds(definitions),
    useLearningNeeds(),
    stock,
    useQuarantineNeeds(),
    useBudgetNeeds(),
    useHoldoutNeeds(),
  ];
  const needs = groups.flatMap(({ needs }) => needs);
  const isLoading = groups.some((group) => group.isLoading);
  return (
    <Panel title={t.needsTitle}>
      {needs.length > 0 && (
        <ul className="today-needs">
          {needs.map((need) => (
            <li key={need.key}>
              <Link href={need.href} className="today-need">
                <span className={`today-need-icon is-${need.tone}`}>
                  <Icon name={need.icon} />
                </span>
                <span className="today-need-text">{need.text}</span>
                {need.note && <span className="muted nowrap">{need.note}</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {isLoading && <Skeleton lines={3} />}
      {!isLoading && needs.length === 0 && <Empty icon="check" title={t.nothingNeeds} text={t.nothingNeedsText} />}
    </Panel>
  );
}

interface Needs {
  needs: Need[];
  isLoading: boolean;
}

function useAlarmNeeds(definitions: readonly Indicator[]): Needs {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const asked = useGet(get('/v1/alarms', { query: { limit: 10 } }));
  const weekAgo = Date.now() - 7 * 86_400_000;
  const needs = (asked.data?.items ?? [])
    .filter((alarm) => Date.parse(alarm.raised_at) > weekAgo)
    .map((alarm): Need => {
      const name = definitions.find((one) => one.indicator_id === alarm.indicator_id)?.name[language];
      const of = alarm.member ? ` ${t.of(alarm.member)}` : '';
      const text = t.alarm[alarm.condition](
        `${name ?? alarm.indicator_id}${of}`,
        format.figure(alarm.value, alarm.unit),
        format.period(alarm.period, alarm.grain),
      );
      const href = `/indicators?indicator=${alarm.indicator_id}&grain=${alarm.grain}`;
      return {
        key: `alarm ${alarm.alarm_number}`,
        icon: 'bell',
        tone: 'bad',
        href,
        text,
        note: format.ago(alarm.raised_at),
      };
    });
  return { needs, isLoading: asked.isLoading };
}

/** As many as there are on the first page; more is said with a plus. */
const countOf = (
  page: { items: unknown[]; next_cursor: string | null } | undefined,
  write: (count: number) => string,
) => (page ? `${write(page.items.length)}${page.next_cursor ? '+' : ''}` : '');

function useStockNeeds(): Needs {
  const t = useTexts(texts);
  const format = useFormat();
  const soldOut = useGet(get('/v1/stock', { query: { state: 'sold-out', limit: 100 } }));
  const runsOut = useGet(get('/v1/stock', { query: { state: 'runs-out', limit: 100 } }));
  const needs: Need[] = [];
  if (soldOut.data?.items.length) {
    const text = t.soldOut(countOf(soldOut.data, format.count));
    needs.push({ key: 'sold-out', icon: 'stock', tone: 'bad', href: '/stock?state=sold-out', text });
  }
  if (runsOut.data?.items.length) {
    const text = t.runsOut(countOf(runsOut.data, format.count));
    needs.push({ key: 'runs-out', icon: 'stock', tone: 'warn', href: '/stock?state=runs-out', text });
  }
  return { needs, isLoading: soldOut.isLoading || runsOut.isLoading };
}

/** The same question as the panel of the last learning asks. */
function useLearningNeeds(): Needs {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/training-runs', { query: { limit: 1 } }), { when: useMay()('view', 'train') });
  const run = asked.data?.items[0];
  if (run?.status !== 'failed') return { needs: [], isLoading: asked.isLoading };
  const text = t.learningFailed(format.ago(run.finished_at ?? run.started_at));
  return { needs: [{ key: 'learning', icon: 'learning', tone: 'bad', href: '/learning', text }], isLoading: false };
}

function useQuarantineNeeds(): Needs {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/quarantine', { query: { limit: 100 } }), { when: useMay()('train') });
  const text = t.quarantined(countOf(asked.data, format.count));
  const needs: Need[] = asked.data?.items.length
    ? [{ key: 'quarantine', icon: 'data', tone: 'warn', href: '/data?view=quarantine', text }]
    : [];
  return { needs, isLoading: asked.isLoading };
}

function useBudgetNeeds(): Needs {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  const needs = (asked.data?.items ?? []).flatMap(({ campaign_id, name, status, budget, counters }): Need[] => {
    const shares = [
      budget.coupons ? counters.issued / budget.coupons : 0,
      budget.money ? (Number(counters.money_reserved) + Number(counters.money_redeemed)) / Number(budget.money) : 0,
    ];
    const used = Math.max(...shares);
    if (status !== 'active' || used < nearlySpent) return [];
    const text = t.budget(name, format.percent(used, 0));
    const tone = used >= 1 ? 'bad' : 'warn';
    return [{ key: `budget ${campaign_id}`, icon: 'campaigns', tone, href: `/campaigns/${campaign_id}`, text }];
  });
  return { needs, isLoading: asked.isLoading };
}

function useHoldoutNeeds(): Needs {
  const t = useTexts(texts);
  const asked = useGet(get('/v1/recommendation-reports'));
  const ratio = asked.data?.personal_lists.sample_ratio;
  const needs: Need[] = ratio?.alarm
    ? [
        {
          key: 'ratio',
          icon: 'warn',
          tone: 'bad',
          href: '/recommendations',
          text: `${t.sampleRatio}. ${t.sampleRatioText}`,
        },
      ]
    : [];
  return { needs, isLoading: asked.isLoading };
}
