import './decisions.css';
import { Link } from 'wouter';
import { type Answer, get, useGet } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, Dialog, Facts, Loaded, SourceButton } from '../../kit/index.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { useCampaignName } from '../campaigns/use-campaign-name.ts';
import { CustomerLink } from '../people/customer-link.tsx';
import { wordOf } from '../people/names.ts';
import { useSaid } from '../use-said.ts';
import { Replay } from './replay.tsx';
import { useDecisionWords } from './words.ts';

type CouponDecision = Answer<'/v1/coupon-decisions/{decision_id}'>;

/** A decision with all that it rests on. */
export function Decision({ decisionId, onClose }: { decisionId: string; onClose(): void }) {
  const t = useTexts(decisionTexts);
  const asked = useGet(
    get('/v1/coupon-decisions/{decision_id}', { path: { decision_id: decisionId }, query: { campaigns: true } }),
    {
      keep: false,
    },
  );
  const say = useSaid();
  const words = useDecisionWords();
  return (
    <Dialog isOpen onClose={onClose} side="right" title={`${t.decision} ${decisionId}`} description={t.decisionAbout}>
      <Loaded asked={asked} lines={12}>
        {(decision) => (
          <div className="stack decision">
            <div className="row">
              <Badge tone={decision.action === 'coupon' ? 'accent' : 'neutral'}>
                {wordOf(t.decided, decision.action)}
              </Badge>
              <SourceButton name={t.decision} source={asked.source} definition={t.decisionAbout} />
            </div>
            <p>
              <strong>{words.sentence(decision)}</strong>
            </p>
            <p>{say(decision.reason)}</p>
            <Replay decisionId={decisionId} />
            <What decision={decision} />
            <Considered decision={decision} />
            <Evidence decision={decision} />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function What({ decision }: { decision: CouponDecision }) {
  const t = useTexts(decisionTexts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const { coupon, budget_left: left, probability, holdout, explored, group } = decision;
  const { customer_id: customer, visitor_id: visitor } = decision;
  const facts: [string, React.ReactNode][] = [
    [
      t.aboutWhom,
      customer === null && visitor !== null ? (
        <span key="who">{t.aboutVisitor(visitor)}</span>
      ) : (
        <CustomerLink key="who" id={customer} />
      ),
    ],
    [t.decidedAt, format.moment(decision.decided_at)],
    [t.group, group ? wordOf(words.groups, group) : nothing],
    [t.cause, wordOf(t.causes, decision.cause)],
    [t.probability, format.percent(probability)],
    [t.holdout, holdout ? wordOf(t.holdouts, holdout) : nothing],
  ];
  if (explored !== null) facts.push([t.explored, explored ? t.yes : t.no]);
  if (coupon)
    facts.push([t.code, <code key="code">{coupon.code}</code>], [t.validUntil, format.moment(coupon.valid_until)]);
  if (left) {
    const coupons = left.coupons === null ? t.unbounded : t.couponsLeft(format.count(left.coupons));
    facts.push([t.budgetLeft, left.money === null ? coupons : `${coupons} · ${format.money(left.money)}`]);
  }
  facts.push(
    [t.segmentationVersion, format.count(decision.model_version)],
    [t.rulesVersion, decision.rules_version ?? nothing],
  );
  return <Facts facts={facts} />;
}

function Evidence({ decision }: { decision: CouponDecision }) {
  const t = useTexts(decisionTexts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const entries = Object.entries(decision.evidence);
  if (entries.length === 0) return null;
  const say = (name: string, value: string | number | null) => {
    if (/value|price/.test(name)) return format.money(value);
    if (/share/.test(name)) return format.percent(value, 0);
    return typeof value === 'string' ? value : format.plain(value);
  };
  return (
    <section>
      <h3>{t.evidence}</h3>
      <Facts facts={entries.map(([name, value]) => [wordOf(words.evidence, name), say(name, value)])} />
    </section>
  );
}

function Considered({ decision }: { decision: CouponDecision }) {
  const t = useTexts(decisionTexts);
  const say = useSaid();
  const words = useDecisionWords();
  const nameOf = useCampaignName();
  const { campaigns = [] } = decision;
  return (
    <section>
      <h3>{t.considered}</h3>
      {campaigns.length === 0 ? (
        <p className="muted">{t.noCampaigns}</p>
      ) : (
        <Facts
          facts={campaigns.map(({ campaign_id: id, score, ...campaign }) => [
            nameOf(id),
            <span key={id} className="decision-outcome">
              <Link href={`/campaigns/${encodeURIComponent(id)}`}>{words.outcome(campaign, decision)}</Link>
              {score && <span className="muted">{say(score.text)}</span>}
            </span>,
          ])}
        />
      )}
    </section>
  );
}
