import { get, useGet, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Empty, Panel, Segmented, Select, Stat, Table, useUrlState } from '../../kit/index.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { ItemForecast } from './item-forecast.tsx';
import { useSupplyColumns } from './supply-columns.tsx';
import { texts } from './texts.ts';

const states = ['all', 'to-order', 'sold-out', 'runs-out', 'dead', 'enough'] as const;
type Shown = (typeof states)[number];
const alarming = ['sold-out', 'runs-out', 'dead'] as const;

/** What is in stock and how long it lasts, that first in which most money lies. */
export function Supply() {
  const t = useTexts(texts);
  const [state, setState] = useUrlState<Shown>('state', 'all');
  const [category] = useUrlState<string>('category', '');
  const [sort, setSort] = useUrlState<string>('sort', '');
  const [item, setItem] = useUrlState<string>('item', '');
  const within = useWithin();
  const query = {
    state,
    ...(category ? { category } : {}),
    ...(within ? { gone_within_days: within } : {}),
    limit: 25,
  };
  const pages = usePages(get('/v1/stock', { query }));
  const columns = useSupplyColumns(setItem);
  const chosen = pages.rows?.find((one) => one.item_id === item);
  return (
    <div className="grid">
      <Alarms />
      <Panel
        title={t.supplyTitle}
        note={<SupplyNote total={pages.first?.total} within={within} />}
        about={t.supplyAbout}
        source={pages.source}
        flush
      >
        <div className="stock-filters">
          <Segmented<Shown>
            label={t.state}
            value={state}
            onChange={setState}
            choices={states.map((value) => ({ value, label: t.states[value] }))}
          />
          <WithinSelect />
          <CategorySelect />
        </div>
        <Table
          caption={t.supplyTitle}
          rows={pages}
          columns={columns}
          rowKey={({ item_id }) => item_id}
          sort={[sort, setSort]}
          fileName="stock"
          empty={<NoStock isFiltered={state !== 'all' || category !== '' || within !== undefined} />}
        />
      </Panel>
      {item && <ItemForecast itemId={item} title={chosen?.title ?? item} onClose={() => setItem('')} />}
    </div>
  );
}

function NoStock({ isFiltered }: { isFiltered: boolean }) {
  const t = useTexts(texts);
  if (isFiltered) return <Empty icon="check" title={t.noneSoTitle} text={t.noneSoText} />;
  const command = `curl -s -X PUT '${location.origin}/v1/items' -H "Authorization: Bearer $PANNIER_KEY" -H 'Content-Type: application/json' -d '{"items":[{"item_id":"I0042","stock":12}]}'`;
  return <Empty icon="stock" title={t.noStockTitle} text={t.noStockText} command={command} />;
}

const spans = ['', '7', '14', '28'] as const;
type Within = (typeof spans)[number];

/** Only what is gone within so many days; undefined: whenever. */
function useWithin(): number | undefined {
  const [within] = useUrlState<Within>('within', '');
  return within !== '' && spans.includes(within) ? Number(within) : undefined;
}

function SupplyNote({ total, within }: { total: number | undefined; within: number | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (total === undefined) return within === undefined ? t.supplyNote : '';
  return within === undefined
    ? `${t.goodsIn(format.count(total))} ${t.supplyNote}`
    : t.goneNote(format.count(total), format.days(within));
}

function WithinSelect() {
  const t = useTexts(texts);
  const format = useFormat();
  const [, , setAll] = useUrlState<string>('within', '');
  const within = useWithin();
  return (
    <Select<Within>
      label={t.gone}
      hideLabel
      value={within === undefined ? '' : (String(within) as Within)}
      // By which column it was sorted says nothing of the soonest.
      onChange={(next) => setAll({ within: next, sort: '' })}
      choices={spans.map((value) => ({
        value,
        label: value === '' ? t.goneWhenever : t.goneWithin(format.days(Number(value))),
      }))}
    />
  );
}

/** One of the categories that are foreseen; the list is asked for when somebody first looks for one. */
function CategorySelect() {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const [category, setCategory] = useUrlState<string>('category', '');
  const asked = useGet(get('/v1/demand-forecasts', { query: { of: 'category', limit: 100 } }));
  const names = (asked.data?.items ?? []).map(({ member }) => member).filter((member) => member !== '');
  const known = category && !names.includes(category) ? [category, ...names] : names;
  if (known.length === 0) return null;
  return (
    <Select<string>
      label={t.category}
      hideLabel
      value={category}
      onChange={setCategory}
      choices={[
        { value: '', label: t.allCategories },
        ...known.toSorted().map((value) => ({ value, label: value || demand.without })),
      ]}
    />
  );
}

/** How many goods stand badly, and the money that lies in them. */
function Alarms() {
  const t = useTexts(texts);
  return (
    <section>
      <h2 className="visually-hidden">{t.alarms}</h2>
      <div className="stats stock-alarms">
        {alarming.map((state) => (
          <AlarmStat key={state} state={state} />
        ))}
      </div>
    </section>
  );
}

function AlarmStat({ state }: { state: (typeof alarming)[number] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [, setState] = useUrlState<Shown>('state', 'all');
  const asked = useGet(get('/v1/stock', { query: { state, limit: 500 } }));
  const { items, next_cursor } = asked.data ?? { items: [], next_cursor: null };
  const known = items.filter((one) => one.alarm?.money != null);
  const money = known.reduce((sum, one) => sum + Number(one.alarm?.money), 0);
  const atPrice = known.filter((one) => one.alarm?.money_is === 'price-of-stock').length;
  const total = asked.data?.total ?? 0;
  // The sum of money is of those that are here.
  const most = next_cursor === null ? '' : '+';
  return (
    <Stat
      about={{
        name: t.states[state],
        definition: t.stateAbout[state],
        parts: [
          [t.goods, format.count(total)],
          [t.withMoney, format.count(known.length)],
        ],
        source: asked.source,
      }}
      value={asked.data && format.count(total)}
      note={
        known.length > 0
          ? `${t.stateMoney[state](`${format.money(money)}${most}`)}${atPrice > 0 ? t.atPrice(format.count(atPrice)) : ''}`
          : t.noMoney
      }
      actions={
        <button type="button" className="stock-show" onClick={() => setState(state)}>
          {t.show}
          <span className="visually-hidden"> {t.states[state]}</span>
        </button>
      }
    />
  );
}
