import './campaigns.css';
import { useFormat } from '../../format/index.ts';
import { Badge, type IconName, Meter, type Tone } from '../../kit/index.ts';
import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';
import { mostByCoupons } from './money.ts';
import { boundMoney, type Campaign, type Status } from './types.ts';

const tones: Record<Status, Tone> = { scheduled: 'accent', active: 'good', paused: 'warn', ended: 'neutral' };
const icons: Record<Status, IconName> = { scheduled: 'clock', active: 'play', paused: 'pause', ended: 'check' };

export function StatusBadge({ status }: { status: Status }) {
  const t = useTexts(campaignTexts);
  return (
    <Badge tone={tones[status]} icon={icons[status]}>
      {t.status[status]}
    </Badge>
  );
}

/** From how much of a budget on it is shown as nearly spent. */
const nearlySpent = 0.8;
const toneOf = (share: number): Tone => (share >= 1 ? 'bad' : share >= nearlySpent ? 'warn' : 'accent');

/** What of both budgets is bound: coupons held, and money given or promised. */
export function BudgetMeters({ campaign }: { campaign: Pick<Campaign, 'budget' | 'counters' | 'discount'> }) {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  const { budget, counters } = campaign;
  return (
    <div className="stack campaign-budgets">
      <BudgetMeter label={t.coupons} used={counters.issued} budget={budget.coupons} write={format.count} />
      <BudgetMeter
        label={t.money}
        used={boundMoney(counters)}
        budget={budget.money}
        most={mostByCoupons(campaign)}
        write={format.money}
      />
    </div>
  );
}

function BudgetMeter({
  label,
  used,
  budget,
  most = null,
  write,
}: {
  label: string;
  used: number;
  budget: number | string | null;
  /** that another budget leaves, where there is none of its own */
  most?: number | null;
  write(value: number | string): string;
}) {
  const t = useTexts(campaignTexts);
  if (budget === null) {
    return (
      <div className="meter-words campaign-no-budget">
        <span>{label}</span>
        <span className="muted">
          {most === null ? t.noBound(write(used)) : t.atMostByCoupons(write(used), write(most))}
        </span>
      </div>
    );
  }
  const share = used / Number(budget);
  return <Meter label={label} value={share} text={t.ofBudget(write(used), write(budget))} tone={toneOf(share)} />;
}
