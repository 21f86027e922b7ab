import { Link } from 'wouter';
import { type Asked, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Facts, Loaded, Panel } from '../../kit/index.ts';
import { GroupMark, Scores } from '../../shared/people/group-mark.tsx';
import { segmentPath, useSegmentName, wordOf } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Profile } from './types.ts';

/** Groups, cluster, scores and the shop's own segments, each with since when. */
export function Belongs({ asked }: { asked: Asked<Profile> }) {
  const t = useTexts(texts);
  return (
    <Panel title={t.belongs} about={t.belongsAbout} source={asked.source}>
      <Loaded asked={asked}>
        {(profile) => (profile.group ? <Groups profile={profile} /> : <p className="muted">{t.noGroups}</p>)}
      </Loaded>
    </Panel>
  );
}

function Groups({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const { group, group_since, previous_group, klaviyo_group, klaviyo_since, cluster, cluster_since, scores } = profile;
  const facts: [string, React.ReactNode][] = [];
  const since = (moment: string | null, more?: string) => (
    <span className="customer-since">
      {[moment && t.since(format.day(moment, 'year')), more].filter(Boolean).join(' · ')}
    </span>
  );
  if (group) {
    facts.push([
      t.group,
      <span key="group">
        <Link href={segmentPath(`group-${group}`)}>
          <GroupMark group={group} />
        </Link>
        {since(group_since, previous_group ? t.before(wordOf(words.groups, previous_group)) : undefined)}
      </span>,
    ]);
  }
  const segment = (name: string, id: string | null, moment: string | null) => {
    if (!id) return;
    facts.push([
      name,
      <span key={id}>
        <Link href={segmentPath(id)}>{nameOf(id)}</Link>
        {since(moment)}
      </span>,
    ]);
  };
  segment(t.klaviyo, klaviyo_group, klaviyo_since);
  segment(t.cluster, cluster, cluster_since);
  if (scores)
    facts.push([t.scores, <Scores key="scores" scores={[scores.recency, scores.frequency, scores.monetary]} />]);
  facts.push([t.own, <OwnSegments key="own" ids={profile.segments} />]);
  return <Facts facts={facts} />;
}

/** By the names that people gave them. */
function OwnSegments({ ids }: { ids: readonly string[] }) {
  const t = useTexts(texts);
  const { data } = useGet(get('/v1/segments'), { when: ids.length > 0 });
  if (ids.length === 0) return <span className="muted">{t.noOwn}</span>;
  return (
    <span className="customer-segments">
      {ids.map((id) => (
        <Link key={id} href={segmentPath(id)}>
          {data?.defined.find(({ segment_id }) => segment_id === id)?.name ?? id}
        </Link>
      ))}
    </span>
  );
}
