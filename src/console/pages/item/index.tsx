import '../../shared/goods/goods.css';
import './item.css';
import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { DateRange, Empty, LinkButton, Loaded, Page, Panel, usePathId } from '../../kit/index.ts';
import { Forecast } from '../../shared/demand/forecast.tsx';
import { useSaid } from '../../shared/use-said.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { Beside } from './beside.tsx';
import { ItemFacts } from './item-facts.tsx';
import { OnLists } from './on-lists.tsx';
import { Rules } from './rules.tsx';
import { Sales } from './sales.tsx';
import { texts } from './texts.ts';

/** One item: what it sells, what will be asked for, what goes with it and on which lists it is. */
export default function Item() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const id = usePathId();
  const item = useGet(get('/v1/items/{item_id}', { path: { item_id: id } }), { keep: false });
  const parent = { label: t.catalogue, href: '/recommendations?tab=catalogue' };
  if (item.error?.problem.status === 404) {
    return (
      <Page title={id} parent={parent}>
        <Empty
          icon="stock"
          title={t.goneTitle}
          text={t.goneText}
          actions={<LinkButton href={parent.href}>{t.toCatalogue}</LinkButton>}
        />
      </Page>
    );
  }
  const title = item.data?.title || id;
  return (
    <Page
      title={title}
      parent={parent}
      purpose={item.data?.title ? <span className="mono">{id}</span> : undefined}
      actions={<DateRange timeZone={shop.time_zone} defaultDays="90" />}
    >
      <div className="item-main span-8">
        <Sales itemId={id} title={title} />
        <Demand itemId={id} title={title} />
        <Rules itemId={id} />
      </div>
      <div className="item-side span-4">
        <Panel title={t.facts} source={item.source}>
          <Loaded asked={item} lines={8}>
            {(known) => <ItemFacts item={known} />}
          </Loaded>
        </Panel>
        <OnLists itemId={id} />
        <Beside itemId={id} />
      </div>
    </Page>
  );
}

function Demand({ itemId, title }: { itemId: string; title: string }) {
  const say = useSaid();
  const t = useTexts(texts);
  const words = useTexts(demandTexts);
  const asked = useGet(get('/v1/items/{item_id}/demand-forecast', { path: { item_id: itemId } }), { keep: false });
  return (
    <Panel title={t.demand} about={words.about} source={asked.source}>
      <Loaded asked={asked} height={320}>
        {({ forecast, reason }) =>
          forecast ? (
            <Forecast forecast={forecast} name={title} source={asked.source} />
          ) : (
            <Empty icon="chart" title={words.noneTitle} text={say(reason)} command="npx pannier indicators forecast" />
          )
        }
      </Loaded>
    </Panel>
  );
}
