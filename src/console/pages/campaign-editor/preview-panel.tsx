import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Empty, Notice, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { pastCostOf } from '../../shared/campaigns/money.ts';
import { Reach } from '../../shared/campaigns/reach.tsx';
import { useCampaignName } from '../../shared/campaigns/use-campaign-name.ts';
import { useDiscountWords } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import type { WrittenTerms } from './draft.ts';
import { texts } from './texts.ts';
import type { Previewed } from './use-preview.ts';

/** Who would get a coupon, who would not and why, and what it may cost: asked while one writes. */
export function PreviewPanel({ asked, isWhole, terms }: { asked: Previewed; isWhole: boolean; terms: WrittenTerms }) {
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
          <Reach preview={data} source={asked.source} hasControl={hasControl} />
          {data.most_cost === null && <PastCost discount={terms.discount} />}
          {terms.applies_to.bundle.length > 0 && <p className="field-hint">{t.bundleNote}</p>}
          {data.opens_at === null && <Notice tone="warn">{t.neverOpen}</Notice>}
          {hasHours && data.opens_at !== null && <p className="field-hint">{t.opens(format.moment(data.opens_at))}</p>}
          {terms.group_offer && <p className="field-hint">{t.groupNote(format.count(terms.group_offer.joiners))}</p>}
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

/** Where nothing bounds what coupons cost: what those of the same discount have cost. */
function PastCost({ discount }: { discount: WrittenTerms['discount'] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  const past = pastCostOf(discount, data?.items ?? []);
  return past ? <p className="field-hint">{t.pastCost(format.money(past.each), format.count(past.used))}</p> : null;
}
