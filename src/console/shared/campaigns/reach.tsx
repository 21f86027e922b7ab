import './campaigns.css';
import { Link } from 'wouter';
import type { Answer, Asked } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { type Column, Figure, Meter, Notice, Table } from '../../kit/index.ts';
import { reachTexts } from '../../texts/campaign-reach.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { GroupMark } from '../people/group-mark.tsx';
import { customerPath, wordOf } from '../people/names.ts';
import type { Discount } from './types.ts';
import { useList } from './words.ts';

export type CampaignPreview = Answer<'/v1/campaigns/previews', 'post'>;

/** Whom a campaign would reach of those whom it is for, why the others get nothing, and what it may cost. */
export function Reach({
  preview,
  source,
  hasControl,
  discount,
}: {
  preview: CampaignPreview;
  source: Asked<CampaignPreview>['source'];
  hasControl: boolean;
  discount: Discount;
}) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  const { target, sampled } = preview;
  return (
    <>
      <Expected preview={preview} source={source} discount={discount} />
      <p>
        <ReachSentence preview={preview} />
      </p>
      <BudgetEnds preview={preview} />
      {hasControl && <DrawnLast preview={preview} />}
      {sampled < target && <p className="field-hint">{t.drawn(format.count(sampled), format.count(target))}</p>}
      {sampled > 0 && (
        <>
          <Outcomes preview={preview} />
          <ByGroup preview={preview} hasControl={hasControl} />
        </>
      )}
    </>
  );
}

/** So many of the whole target, as those decided about tell. */
const ofTarget = ({ target, sampled }: CampaignPreview, count: number): number =>
  sampled === 0 ? 0 : Math.round((count * target) / sampled);

/** Who gets one and who is left alone for the measurement come first, then the most frequent reason for none. */
const ranked = ({ outcomes }: CampaignPreview) => {
  const rank = (outcome: string) => ['control-group', 'granted'].indexOf(outcome);
  return Object.entries(outcomes).sort(([one, count], [other, more]) => rank(other) - rank(one) || more - count);
};

/** "Of 60 whom it is for: 35 get it, 2 are left alone as its control group, 23 need no coupon." */
function ReachSentence({ preview }: { preview: CampaignPreview }) {
  const t = useTexts(reachTexts);
  const { outcomes: words } = useTexts(decisionTexts);
  const format = useFormat();
  const list = useList();
  const { customers, target, sampled } = preview;
  const about = sampled < target ? t.about : (count: string) => count;
  const phrase = (outcome: string, count: number) => {
    const figure = about(format.count(ofTarget(preview, count)));
    return outcome in t.phrases
      ? t.phrases[outcome as keyof typeof t.phrases](figure)
      : `${figure} ${wordOf(words, outcome)}`;
  };
  if (target === 0) return t.nobody(format.count(customers));
  return t.of(format.count(target), list(ranked(preview).map(([outcome, count]) => phrase(outcome, count))));
}

/** That the budget has not coupons for all who would get one: the outcomes are told as if it had. */
function BudgetEnds({ preview }: { preview: CampaignPreview }) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  const { target, sampled, coupons, outcomes } = preview;
  const would = ofTarget(preview, outcomes['granted'] ?? 0);
  if (coupons >= would) return null;
  const all = format.count(would);
  return <Notice tone="warn">{t.budgetEnds(format.count(coupons), sampled < target ? t.about(all) : all)}</Notice>;
}

/** Why a control group of a tenth is not a tenth of all; nothing where everybody would get one. */
function DrawnLast({ preview }: { preview: CampaignPreview }) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  const { target, sampled, outcomes } = preview;
  const { granted = 0, 'control-group': control = 0 } = outcomes;
  const would = granted + control;
  if (would === 0 || would === sampled) return null;
  const figure = (count: number) => {
    const all = format.count(ofTarget(preview, count));
    return sampled < target ? t.about(all) : all;
  };
  return <p className="field-hint">{t.drawnLast(figure(control), figure(would))}</p>;
}

function Expected({
  preview,
  source,
  discount,
}: {
  preview: CampaignPreview;
  source: Asked<CampaignPreview>['source'];
  discount: Discount;
}) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  const { coupons, customers, target, sampled, most_cost: cost, outcomes } = preview;
  const parts = [
    [t.customers, format.count(customers)],
    [t.target, format.count(target)],
    [t.decidedAbout, format.count(sampled)],
    [t.ofThem, format.count(outcomes['granted'] ?? 0)],
  ] as const;
  const isFree = discount.type === 'free-shipping';
  const about = (name: string, definition: string) => ({ name, definition, parts, source });
  return (
    <div className="campaign-reach">
      <div>
        <p className="stat-name">{t.wouldGet}</p>
        <Figure className="stat-value" about={about(t.wouldGet, t.wouldGetAbout)}>
          {sampled < target ? t.about(format.count(coupons)) : format.count(coupons)}
        </Figure>
        <p className="stat-note">{t.ofCustomers(format.count(target), format.count(customers))}</p>
      </div>
      <div>
        <p className="stat-name">{t.mostCost}</p>
        <Figure className="stat-value" about={about(t.mostCost, t.mostCostAbout)}>
          {cost !== null ? format.money(cost) : isFree ? t.costsNothing : t.unbounded}
        </Figure>
        <p className="stat-note">{cost !== null ? t.mostCostNote : isFree ? t.costsNothingNote : t.unboundedNote}</p>
      </div>
    </div>
  );
}

/** What would be answered, and to whom for example. */
function Outcomes({ preview }: { preview: CampaignPreview }) {
  const t = useTexts(reachTexts);
  const { outcomes: words } = useTexts(decisionTexts);
  const format = useFormat();
  const { target, sampled, examples } = preview;
  return (
    <div className="stack campaign-outcomes">
      {ranked(preview).map(([outcome, count]) => {
        const figure = format.count(ofTarget(preview, count));
        return (
          <div key={outcome}>
            <Meter
              label={wordOf(words, outcome)}
              value={count / sampled}
              text={t.share(sampled < target ? t.about(figure) : figure, format.percent(count / sampled, 0))}
              tone={outcome === 'granted' ? 'accent' : 'neutral'}
            />
            <Examples customerIds={examples.find((one) => one.outcome === outcome)?.customer_ids ?? []} />
          </div>
        );
      })}
    </div>
  );
}

function Examples({ customerIds }: { customerIds: readonly string[] }) {
  const t = useTexts(reachTexts);
  const may = useMay();
  const isShown = may('customers', 'segments');
  return (
    <p className="campaign-examples">
      <span className="muted">{t.suchAs}</span>
      {customerIds.map((id) =>
        isShown ? (
          <Link key={id} href={customerPath(id)} className="mono">
            {id}
          </Link>
        ) : (
          <span key={id} className="mono">
            {id}
          </span>
        ),
      )}
    </p>
  );
}

function ByGroup({ preview, hasControl }: { preview: CampaignPreview; hasControl: boolean }) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  type Row = CampaignPreview['groups'][number];
  const count = (key: string, header: string, of: (row: Row) => number): Column<Row> => ({
    key,
    header,
    align: 'end',
    cell: (row) => format.count(of(row)),
    value: of,
  });
  const outcome = (name: string) => (row: Row) => row.outcomes[name] ?? 0;
  const [granted, control] = [outcome('granted'), outcome('control-group')];
  const columns: Column<Row>[] = [
    { key: 'group', header: t.group, cell: ({ group }) => <GroupMark group={group} /> },
    count('sampled', t.inAll, ({ sampled }) => sampled),
    count('granted', t.granted, granted),
    ...(hasControl ? [count('control', t.control, control)] : []),
    count('none', t.none, (row) => row.sampled - granted(row) - control(row)),
  ];
  return (
    <div className="campaign-groups">
      <Table
        caption={t.byGroup}
        rows={{ rows: preview.groups }}
        columns={columns}
        rowKey={({ group }) => group ?? ''}
      />
    </div>
  );
}
