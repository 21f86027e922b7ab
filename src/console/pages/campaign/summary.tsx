import type { Source } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Panel, Stat } from '../../kit/index.ts';
import { BudgetMeters } from '../../shared/campaigns/marks.tsx';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { ChangeBudget } from './change-budget.tsx';
import { texts } from './texts.ts';

/** How its budgets stand, and what became of its coupons. */
export function Summary({ campaign, source }: { campaign: Campaign; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const { counters } = campaign;
  const figures = ['issued', 'redeemed', 'expired', 'released', 'reversed'] as const;
  return (
    <>
      <Panel
        title={t.budgets}
        span={4}
        source={source}
        about={t.budgetsAbout}
        actions={may('coupons') && campaign.status !== 'ended' && <ChangeBudget campaign={campaign} />}
      >
        <BudgetMeters campaign={campaign} />
      </Panel>
      <Panel title={t.coupons} span={8}>
        <div className="campaign-counters">
          {figures.map((figure) => (
            <Stat
              key={figure}
              about={{ name: t.counters[figure], definition: t.countersAbout[figure], source }}
              value={format.count(counters[figure])}
            />
          ))}
          <Stat
            about={{ name: t.given, definition: t.givenAbout, source }}
            value={format.money(Number(counters.money_redeemed) - Number(counters.money_reversed))}
            note={t.promised(format.money(counters.money_reserved))}
          />
        </div>
      </Panel>
    </>
  );
}
