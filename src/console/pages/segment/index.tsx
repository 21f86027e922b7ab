import './segment.css';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import {
  Badge,
  Empty,
  LinkButton,
  Page,
  Panel,
  Problem,
  Skeleton,
  Tabs,
  usePathId,
  useUrlState,
} from '../../kit/index.ts';
import { useClusterWords } from '../../shared/people/cluster-words.ts';
import { useSegmentName } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { Actions } from './actions.tsx';
import { Changes } from './changes.tsx';
import { MembersTable } from './members-table.tsx';
import { Portrait } from './portrait/portrait.tsx';
import { DefinedRule, PublishedRule } from './rule.tsx';
import { DefinedSummary, PublishedSummary } from './summary.tsx';
import { texts } from './texts.ts';
import type { Defined, Published } from './types.ts';

const views = ['members', 'portrait', 'changes', 'rule'] as const;
type View = (typeof views)[number];

/** One segment, whether the night makes it or people did: its members, what they are like, who came and went, and what makes one a member. */
export default function Segment() {
  const id = usePathId();
  return /^(rule|list)-/.test(id) ? <DefinedSegment id={id} /> : <PublishedSegment id={id} />;
}

function DefinedSegment({ id }: { id: string }) {
  const asked = useGet(get('/v1/segments/{segment_id}', { path: { segment_id: id } }), { keep: false });
  if (asked.error?.problem.status === 404) return <NotThere id={id} />;
  if (asked.error) return <Problem error={asked.error} onRetry={asked.again} />;
  if (!asked.data) return <Coming />;
  return <Shown id={id} defined={asked.data} source={asked.source} />;
}

function PublishedSegment({ id }: { id: string }) {
  const scheme = id.startsWith('cell-') ? { query: { scheme: 'cell' as const } } : {};
  const asked = useGet(get('/v1/segments', scheme));
  const segment = asked.data?.items.find(({ segment_id }) => segment_id === id);
  if (asked.error) return <Problem error={asked.error} onRetry={asked.again} />;
  if (!asked.data) return <Coming />;
  if (!segment) return <NotThere id={id} />;
  const source = { ...asked.source, dataVersion: asked.data.version ?? undefined };
  return <Shown id={id} published={segment} source={source} />;
}

interface ShownProps {
  id: string;
  defined?: Defined;
  published?: Published;
  source: ReturnType<typeof useGet>['source'];
}

function Shown({ id, defined, published, source }: ShownProps) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const clusterWords = useClusterWords();
  const nameOf = useSegmentName();
  const may = useMay();
  // Persons are shown to who may see them: to others the segment as such.
  const seen = views.filter((one) => one === 'rule' || one === 'portrait' || may('segments', 'customers'));
  const [chosen, setView] = useUrlState<View>('view', seen[0] ?? 'rule');
  const view = seen.includes(chosen) ? chosen : 'rule';
  const name = nameOf(id, defined?.name);
  const kind = id.slice(0, id.indexOf('-')) as keyof typeof words.kinds;
  const purpose = defined
    ? defined.definition === null
      ? t.asList
      : t.byRule
    : published?.kind === 'cluster'
      ? clusterWords.name(published.name)
      : t.published;
  const content: Record<View, () => React.ReactNode> = {
    members: () => (
      <Panel flush>
        <MembersTable segmentId={id} name={name} />
      </Panel>
    ),
    portrait: () => <Portrait segmentId={id} definition={defined?.definition} />,
    changes: () => <Changes segmentId={id} />,
    rule: () =>
      defined ? <DefinedRule segment={defined} source={source} /> : published && <PublishedRule segment={published} />,
  };
  return (
    <Page
      title={name}
      purpose={purpose}
      parent={{ label: t.segments, href: defined ? '/segments?view=own' : '/segments' }}
      mark={<Badge>{words.kinds[kind]}</Badge>}
      actions={<Actions id={id} name={name} defined={defined} />}
    >
      {defined && <DefinedSummary segment={defined} source={source} />}
      {published && <PublishedSummary segment={published} source={source} />}
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={seen.map((value) => ({ value, label: t[value], content: content[value] }))}
      />
    </Page>
  );
}

function NotThere({ id }: { id: string }) {
  const t = useTexts(texts);
  return (
    <Page title={id} parent={{ label: t.segments, href: '/segments' }}>
      <Empty
        icon="segments"
        title={t.notThere}
        text={t.notThereText}
        actions={<LinkButton href="/segments">{t.toAll}</LinkButton>}
      />
    </Page>
  );
}

function Coming() {
  return (
    <div className="page">
      <Skeleton height={240} />
    </div>
  );
}
