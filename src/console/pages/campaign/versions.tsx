import { get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { type Campaign, type TermsVersion, termsOf } from '../../shared/campaigns/types.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { useTermRows } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What the campaign promised when, newest first, each with what was other than before. */
export function Versions({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const pages = usePages(
    get('/v1/campaigns/{campaign_id}/versions', { path: { campaign_id: campaign.campaign_id }, query: { limit: 50 } }),
  );
  const { rows, error } = pages;
  return (
    <Panel title={t.versions} note={t.versionsNote} source={pages.source}>
      {error && <Problem error={error} onRetry={pages.again} />}
      {!rows && !error && <Skeleton lines={4} />}
      <ol className="campaign-versions">
        {rows?.map((version, place) => (
          <li key={version.version}>
            <p className="row">
              <strong>{t.version(format.count(version.version))}</strong>
              <span className="muted">{t.since(format.moment(version.since))}</span>
              {version.version === campaign.version && <Badge tone="good">{t.holdsNow}</Badge>}
            </p>
            <Changes version={version} before={rows[place + 1]} />
          </li>
        ))}
      </ol>
      {pages.hasMore && (
        <Button small working={pages.isFetching} onClick={pages.more}>
          {t.earlier}
        </Button>
      )}
    </Panel>
  );
}

function Changes({ version, before }: { version: TermsVersion; before: TermsVersion | undefined }) {
  const t = useTexts(texts);
  const rowsOf = useTermRows();
  const names = useSegmentNames();
  if (version.version === 1) return <p className="muted">{t.asMade}</p>;
  if (!before) return null;
  const was = new Map(rowsOf(termsOf(before), names));
  const changed = rowsOf(termsOf(version), names).filter(([name, value]) => was.get(name) !== value);
  return (
    <ul className="campaign-changes">
      {changed.map(([name, value]) => (
        <li key={name}>
          <span className="muted">{name}</span> <del>{was.get(name)}</del> → <ins>{value}</ins>
        </li>
      ))}
    </ul>
  );
}
