import './segments.css';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { Empty, LinkButton, Loaded, Page, Panel, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Clusters } from './clusters.tsx';
import { Grid } from './grid.tsx';
import { Groups } from './groups.tsx';
import { OwnSegments } from './own-segments.tsx';
import { texts } from './texts.ts';

const views = ['groups', 'grid', 'clusters', 'own'] as const;
type View = (typeof views)[number];

/** Every way in which customers are parted. */
export default function Segments() {
  const t = useTexts(texts);
  const may = useMay();
  const [view, setView] = useUrlState<View>('view', 'groups');
  const asked = useGet(get('/v1/segments'));
  const create = may('segments') && (
    <LinkButton href="/segments/new" kind="main" icon="plus">
      {t.create}
    </LinkButton>
  );
  const content = (which: View) => () => (
    <Loaded asked={asked} height={320}>
      {(all) => {
        if (which === 'own') return <OwnSegments all={all} source={asked.source} create={create} />;
        if (all.version === null) return <NoneYet />;
        const props = { all, source: { ...asked.source, dataVersion: all.version } };
        if (which === 'grid') return <Grid {...props} />;
        return which === 'clusters' ? <Clusters {...props} /> : <Groups {...props} />;
      }}
    </Loaded>
  );
  return (
    <Page title={t.title} purpose={t.purpose} actions={create}>
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={views.map((value) => ({ value, label: t[value], content: content(value) }))}
      />
    </Page>
  );
}

function NoneYet() {
  const t = useTexts(texts);
  return (
    <Panel>
      <Empty icon="segments" title={t.noneTitle} text={t.noneText} command="npx pannier train" />
    </Panel>
  );
}
