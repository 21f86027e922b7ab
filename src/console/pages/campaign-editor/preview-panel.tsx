import { get, useGet } from '../../api/index.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { Empty, Notice, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { costBoundOf, pastCostOf } from '../../shared/campaigns/money.ts';
import { OtherCampaigns } from '../../shared/campaigns/others.tsx';
import { Reach } from '../../shared/campaigns/reach.tsx';
import { useDiscountWords } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import { CostBound } from './cost-bound.tsx';
import type { WrittenTerms } from './draft.ts';
import { texts } from './texts.ts';
import type { Previewed } from './use-preview.ts';

/** Who would get a coupon, who would not and why, and what it may cost: asked while one writes. */
export function PreviewPanel({
  asked,
  isWhole,
  terms,
  campaignId,
  out,
}: {
  asked: Previewed;
  isWhole: boolean;
  terms: WrittenTerms;
  campaignId: string;
  /** coupons that it has given already */
  out: number;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data, error } = asked;
  const hasControl = terms.control_share > 0;
  const hasHours = terms.hours.length > 0;
  return (
    <Panel
      title={terms.referral ? t.previewReferral : t.preview}
      note={terms.referral ? t.previewReferralNote : t.previewNote}
      about={t.previewAbout}
      source={asked.source}
    >
      {!isWhole ? (
        <Empty icon="eye" title={t.notWhole} text={t.notWholeText} />
      ) : error ? (
        <Problem error={error} title={t.cannotBe} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : terms.referral ? (
        <OfFriends terms={terms} referral={terms.referral} campaignId={campaignId} />
      ) : (
        <div className="stack" aria-live="polite" aria-busy={asked.isPending}>
          {terms.group_offer && <p className="field-hint">{t.groupNote(format.count(terms.group_offer.joiners))}</p>}
          {out > 0 && <p className="field-hint">{t.alreadyOut(format.count(out))}</p>}
          <Reach preview={data} source={asked.source} hasControl={hasControl} discount={terms.discount} />
          {data.most_cost === null && data.coupons > 0 && <LikelyCost terms={terms} coupons={data.coupons} />}
          <OtherCampaigns terms={terms} campaignId={campaignId} />
          {terms.applies_to.bundle.length > 0 && <p className="field-hint">{t.bundleNote}</p>}
          {terms.guests && <p className="field-hint">{t.guestsNotCounted}</p>}
          {data.opens_at === null && <Notice tone="warn">{t.neverOpen}</Notice>}
          {hasHours && data.opens_at !== null && <p className="field-hint">{t.opens(format.moment(data.opens_at))}</p>}
          {!hasControl && !terms.group_offer && <Notice tone="warn">{t.noControl}</Notice>}
        </div>
      )}
    </Panel>
  );
}

/** What a friend and who brought them get, and what that may cost. */
function OfFriends({
  terms,
  referral,
  campaignId,
}: {
  terms: WrittenTerms;
  referral: NonNullable<WrittenTerms['referral']>;
  campaignId: string;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const discountWords = useDiscountWords();
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  const { reward_campaign_id: id, first_order_only: isFirst, uses_per_code: uses, confirm_days: days } = referral;
  const isItself = id === campaignId;
  const other = isItself ? undefined : data?.items.find(({ campaign_id }) => campaign_id === id);
  const reward = isItself ? t.thisCampaign : t.named(other?.name ?? id);
  const costOf = (discount: WrittenTerms['discount'] | undefined) => {
    if (!discount) return t.unknownCost;
    const bound = costBoundOf({ discount, budget: {} });
    if (bound.is === 'nothing') return t.costsNothing;
    return bound.is === 'each' ? t.atMost(format.money(bound.each)) : t.aShare;
  };
  return (
    <div className="stack">
      <p>{t.friendGets(discountWords(terms.discount), isFirst)}</p>
      <p>{t.referrerGets(reward, format.count(days), uses === null ? null : format.count(uses))}</p>
      <p>{t.eachCosts(costOf(terms.discount), costOf(isItself ? terms.discount : other?.discount))}</p>
      <CostBound terms={terms} />
      {!isItself && <p className="field-hint">{t.rewardsElsewhere(reward)}</p>}
      <p className="field-hint">{t.referralBounds}</p>
    </div>
  );
}

/** Where nothing bounds what coupons cost: what those of the same discount have cost, else what a usual order lets expect. */
function LikelyCost({ terms: { discount, applies_to: applies }, coupons }: { terms: WrittenTerms; coupons: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const { shop } = useSession();
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  const past = data && pastCostOf(discount, data.items);
  const isOnAll = discount.type === 'percent' && Object.values(applies).every((some) => some.length === 0);
  const to = today(shop.time_zone);
  const path = { indicator_id: 'average-order-value' };
  const query = { grain: 'month', from: addDays(to, -90), to } as const;
  const orders = useGet(get('/v1/indicators/{indicator_id}/values', { path, query }), {
    when: data !== undefined && !past && isOnAll && may('indicators', 'view'),
  });
  if (past) {
    return (
      <p className="field-hint">
        {t.pastCost(format.money(past.each), format.count(past.used))}{' '}
        {t.pastCostAll(format.money(past.each * coupons), format.count(coupons))}
      </p>
    );
  }
  const sumOf = (part: 'numerator' | 'denominator') =>
    (orders.data?.items ?? []).reduce((sum, one) => sum + Number(one[part] ?? 0), 0);
  const order = sumOf('numerator') / sumOf('denominator');
  if (!isOnAll || !Number.isFinite(order)) return null;
  const each = (order * Number(discount.percent)) / 100;
  return (
    <p className="field-hint">
      {t.meanCost(format.money(each), format.money(order), format.money(each * coupons), format.count(coupons))}
    </p>
  );
}
