import { get, useGet } from '../../api/index.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { Empty, Notice, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { pastCostOf } from '../../shared/campaigns/money.ts';
import { OtherCampaigns } from '../../shared/campaigns/others.tsx';
import { Reach } from '../../shared/campaigns/reach.tsx';
import { useCampaignName } from '../../shared/campaigns/use-campaign-name.ts';
import { useDiscountWords } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import type { WrittenTerms } from './draft.ts';
import { texts } from './texts.ts';
import type { Previewed } from './use-preview.ts';

/** Who would get a coupon, who would not and why, and what it may cost: asked while one writes. */
export function PreviewPanel({
  asked,
  isWhole,
  terms,
  campaignId,
}: {
  asked: Previewed;
  isWhole: boolean;
  terms: WrittenTerms;
  campaignId: string;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data, error } = asked;
  const hasControl = terms.control_share > 0;
  const hasHours = terms.hours.length > 0;
  return (
    <Panel title={t.preview} note={t.previewNote} about={t.previewAbout} source={asked.source}>
      {!isWhole ? (
        <Empty icon="eye" title={t.notWhole} text={t.notWholeText} />
      ) : error ? (
        <Problem error={error} title={t.cannotBe} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : terms.referral ? (
        <OfFriends terms={terms} referral={terms.referral} />
      ) : (
        <div className="stack" aria-live="polite" aria-busy={asked.isPending}>
          {terms.group_offer && <p className="field-hint">{t.groupNote(format.count(terms.group_offer.joiners))}</p>}
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

/** What a friend and who brought them get. */
function OfFriends({ terms, referral }: { terms: WrittenTerms; referral: NonNullable<WrittenTerms['referral']> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const discountWords = useDiscountWords();
  const nameOf = useCampaignName();
  const { reward_campaign_id: reward, first_order_only: isFirst, uses_per_code: uses, confirm_days: days } = referral;
  return (
    <div className="stack">
      <p>{t.friendGets(discountWords(terms.discount), isFirst)}</p>
      <p>{t.referrerGets(nameOf(reward), format.count(days), uses === null ? null : format.count(uses))}</p>
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
