import { Link } from 'wouter';
import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { reachTexts } from '../../texts/campaign-reach.ts';
import { useTexts } from '../../texts/texts.ts';
import { overlapping, type WhenAndWhom } from './overlap.ts';
import { type Campaign, campaignPath } from './types.ts';
import { useSegmentNames } from './use-segment-names.ts';
import { useAudienceWords } from './words.ts';

/** Which other campaigns customers of this one may get in the same time: no preview of one campaign counts them. */
export function OtherCampaigns({
  terms,
  campaignId,
}: {
  terms: WhenAndWhom & Pick<Campaign, 'priority'>;
  campaignId: string;
}) {
  const t = useTexts(reachTexts);
  const format = useFormat();
  const audience = useAudienceWords();
  const names = useSegmentNames();
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  if (!data) return null;
  const others = overlapping(terms, campaignId, data.items, new Date());
  if (others.length === 0) return <p className="field-hint">{t.noOthers}</p>;
  return (
    <section className="campaign-others">
      <h3>{t.others(format.count(others.length))}</h3>
      <p className="field-hint">{t.othersNote(format.count(terms.priority))}</p>
      <ul>
        {others.slice(0, 5).map((other) => (
          <li key={other.campaign_id}>
            <Link href={campaignPath(other.campaign_id)}>{other.name}</Link>
            <span className="muted">
              {t.other(audience(other, names), format.moment(other.valid_until), format.count(other.priority))}
            </span>
          </li>
        ))}
      </ul>
      {others.length > 5 && <p className="field-hint">{t.moreOthers(format.count(others.length - 5))}</p>}
    </section>
  );
}
