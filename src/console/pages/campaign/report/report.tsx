import { get, type Source, useGet } from '../../../api/index.ts';
import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, Facts, Loaded, Notice, Panel, Stat, type Tone } from '../../../kit/index.ts';
import type { Campaign } from '../../../shared/campaigns/types.ts';
import { useSaid } from '../../../shared/use-said.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { CampaignReport } from './answers.ts';
import { Effects } from './effects.tsx';
import { Responders } from './responders.tsx';
import { useStatement } from './statement.ts';

/** What the campaign gave, what its orders brought, and what it added against its control. */
export function Report({ campaign }: { campaign: Campaign }) {
  const asked = useGet(get('/v1/campaigns/{campaign_id}/report', { path: { campaign_id: campaign.campaign_id } }), {
    keep: false,
  });
  return (
    <Loaded asked={asked} height={360}>
      {(report) => (
        <div className="grid">
          <Added report={report} source={asked.source} />
          {report.incremental && <Effects effects={report.incremental} source={asked.source} />}
          <SampleRatio report={report} source={asked.source} />
          <Attributed report={report} source={asked.source} />
          {report.response && <Responders response={report.response} source={asked.source} />}
        </div>
      )}
    </Loaded>
  );
}

const tones: Record<string, Tone> = { earns: 'good', loses: 'bad', unclear: 'neutral' };

/** The sentence, and the figures that it rests on. */
function Added({ report, source }: { report: CampaignReport; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const statement = useStatement();
  const said = useSaid();
  const { incremental } = report;
  const verdict = incremental?.verdict ?? null;
  const tone = verdict === null ? (report.sample_ratio?.alarm ? 'warn' : 'neutral') : (tones[verdict] ?? 'neutral');
  return (
    <Panel title={t.added} note={t.asOf(format.moment(report.as_of))} about={t.addedAbout} source={source}>
      <div className="stack">
        <Notice tone={tone} title={verdict === null ? t.noLift : t.verdicts[verdict]}>
          {statement(report)}
        </Notice>
        {report.comparison && <p className="muted">{said(report.comparison.text)}</p>}
        {incremental && <AddedFigures incremental={incremental} source={source} />}
      </div>
    </Panel>
  );
}

function AddedFigures({
  incremental,
  source,
}: {
  incremental: NonNullable<CampaignReport['incremental']>;
  source: Source;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { orders, profit, return_on_investment: roi, cost } = incremental;
  const figure = (
    name: string,
    definition: string,
    estimate: { value: number; low: number; high: number } | null,
    write: (value: number) => string,
  ) => (
    <Stat
      about={{
        name,
        definition,
        parts: estimate ? [[t.interval95, t.range(write(estimate.low), write(estimate.high))]] : [],
        source,
      }}
      value={estimate ? write(estimate.value) : t.unknown}
      note={estimate ? t.between(write(estimate.low), write(estimate.high)) : t.noCostKnown}
    />
  );
  return (
    <div className="stats">
      {figure(t.addedOrders, t.addedOrdersAbout, orders.total, (value) => format.number(value, 1))}
      {figure(t.addedProfit, t.addedProfitAbout, profit, format.money)}
      {figure(t.roi, t.roiAbout, roi, (value) => format.percent(value, 0))}
      <Stat about={{ name: t.cost, definition: t.costAbout, source }} value={format.money(cost)} />
    </div>
  );
}

/** Whether the arms are as large as the assignment gives. */
function SampleRatio({ report, source }: { report: CampaignReport; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const ratio = report.sample_ratio;
  if (!ratio) return null;
  const all = ratio.treated + ratio.control;
  return (
    <Panel title={t.sampleRatio} note={t.sampleRatioNote} about={t.sampleRatioAbout} source={source} span={6}>
      <div className="stack">
        <div>
          {all === 0 ? (
            <Badge>{t.nobodyInArms}</Badge>
          ) : ratio.alarm ? (
            <Badge tone="bad" icon="bad">
              {t.uneven}
            </Badge>
          ) : (
            <Badge tone="good" icon="check">
              {t.even}
            </Badge>
          )}
        </div>
        <Facts
          facts={[
            [t.treated, format.count(ratio.treated)],
            [t.controlled, format.count(ratio.control)],
            [t.controlIs, format.percent(all > 0 ? ratio.control / all : null)],
            [t.controlShould, format.plainPercent(ratio.expected_control_share)],
            [t.chance, all > 0 ? format.number(ratio.p_value, 4) : nothing],
          ]}
        />
      </div>
    </Panel>
  );
}

/** Orders that used a coupon, which says nothing of what would have come anyway. */
function Attributed({ report, source }: { report: CampaignReport; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { attributed, cost, other_costs: otherCosts } = report;
  return (
    <Panel title={t.attributed} note={t.attributedNote} about={t.attributedAbout} source={source} span={6}>
      <Facts
        facts={[
          [t.orders, format.count(attributed.orders)],
          [t.revenue, format.money(attributed.revenue)],
          [t.margin, format.money(attributed.margin)],
          [t.discounts, format.money(cost)],
          [t.otherCosts, format.money(otherCosts)],
          ...(attributed.redemptions_without_order > 0
            ? [[t.withoutOrder, format.count(attributed.redemptions_without_order)] as const]
            : []),
        ]}
      />
    </Panel>
  );
}
