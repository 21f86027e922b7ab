import { Link } from 'wouter';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Facts, Panel } from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { useTermRows } from '../../shared/campaigns/words.ts';
import { BundleNames } from '../../shared/goods/bundle-names.tsx';
import { segmentPath } from '../../shared/people/names.ts';
import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** The terms that hold now. */
export function TermsView({ campaign, source }: { campaign: Campaign; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const format = useFormat();
  const rows = useTermRows();
  const names = useSegmentNames();
  const { target_segments: segments, version, created_at: created } = campaign;
  const { bundle } = campaign.applies_to;
  return (
    <Panel title={t.terms} note={t.termsNote(format.count(version), format.moment(created))} source={source}>
      <Facts
        facts={[
          [
            t.id,
            <span className="mono" key="id">
              {campaign.campaign_id}
            </span>,
          ],
          ...rows(campaign, names).map(([name, value]): readonly [string, React.ReactNode] =>
            name === words.term.applies && bundle.length > 0
              ? [name, <BundleNames key="bundle" itemIds={bundle} />]
              : [name, value],
          ),
          ...(segments.length > 0
            ? [
                [
                  t.segmentPages,
                  segments.map((id, place) => (
                    <span key={id}>
                      {place > 0 && ', '}
                      <Link href={segmentPath(id)}>{names.get(id) ?? id}</Link>
                    </span>
                  )),
                ] as const,
              ]
            : []),
        ]}
      />
    </Panel>
  );
}
