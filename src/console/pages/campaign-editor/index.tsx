import './campaign-editor.css';
import { useParams, useSearchParams } from 'wouter';
import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { Loaded, Page } from '../../kit/index.ts';
import { campaignPath } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { draftFor, draftOf, draftOfBundle, emptyDraft } from './draft.ts';
import { Editor } from './editor.tsx';
import { texts } from './texts.ts';

/** Makes a campaign, from nothing or like another one, or changes the terms of one. */
export default function CampaignEditor() {
  const t = useTexts(texts);
  const { id } = useParams<{ id?: string }>();
  const [parameters] = useSearchParams();
  const model = id ?? parameters.get('like');
  const segment = parameters.get('for');
  const bundle = parameters.getAll('bundle');
  const { shop } = useSession();
  const asked = useGet(get('/v1/campaigns/{campaign_id}', { path: { campaign_id: model ?? '' } }), {
    when: model !== null,
    keep: false,
  });
  const parent = id
    ? { label: asked.data?.name ?? id, href: campaignPath(id) }
    : { label: t.campaigns, href: '/campaigns' };
  return (
    <Page title={id ? t.changeTitle : t.title} purpose={id ? t.changePurpose : t.purpose} parent={parent}>
      {model === null ? (
        <Editor
          start={segment ? draftFor(segment, shop.time_zone) : draftOfBundle(bundle, shop.time_zone)}
          timeZone={shop.time_zone}
        />
      ) : (
        <Loaded asked={asked} height={480}>
          {(campaign) =>
            id ? (
              <Editor start={draftOf(campaign, campaign.time_zone)} timeZone={campaign.time_zone} current={campaign} />
            ) : (
              <Editor start={likeness(draftOf(campaign, shop.time_zone), shop.time_zone)} timeZone={shop.time_zone} />
            )
          }
        </Loaded>
      )}
    </Page>
  );
}

/** The same offer for a time to come, under a name of its own. */
function likeness(draft: ReturnType<typeof draftOf>, timeZone: string) {
  const { from, until } = emptyDraft(timeZone);
  return { ...draft, name: '', from, until };
}
