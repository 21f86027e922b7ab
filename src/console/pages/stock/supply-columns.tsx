import { Link } from 'wouter';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, IconButton, type Tone } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { ItemStock, State } from './types.ts';

/** From what is wrong to what is right. */
const byUrgency: readonly State[] = ['sold-out', 'runs-out', 'dead', 'enough'];
const tones: Record<State, Tone> = { 'sold-out': 'bad', 'runs-out': 'warn', dead: 'neutral', enough: 'good' };

/** @param onForecast shows what is foreseen of an item */
export function useSupplyColumns(onForecast: (itemId: string) => void): Column<ItemStock>[] {
  return [...useStandColumns(onForecast), ...useOrderColumns(), ...useEndColumns()];
}

/** What it is, how it stands, and how long it lasts. */
function useStandColumns(onForecast: (itemId: string) => void): Column<ItemStock>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'item',
      header: t.item,
      cell: ({ item_id: id, title }) => (
        <span className="stock-item">
          <span className="stock-name">
            <Link href={`/items/${encodeURIComponent(id)}`}>{title ?? id}</Link>
            {title && <span className="muted stock-id">{id}</span>}
          </span>
          <IconButton icon="chart" small label={t.forecastOf(title ?? id)} onClick={() => onForecast(id)} />
        </span>
      ),
      value: ({ title, item_id }) => title ?? item_id,
    },
    {
      key: 'state',
      header: t.state,
      cell: ({ state, alarm }) => (
        <span className="stock-money">
          <span>
            <Badge tone={tones[state]}>{t.states[state]}</Badge>
          </span>
          {alarm?.money_is === 'margin-a-day' && alarm.money !== null && (
            <span className="muted">{t.marginADay(format.money(alarm.money))}</span>
          )}
        </span>
      ),
      value: ({ state }) => byUrgency.indexOf(state),
      saved: [{ header: t.state, value: ({ state }) => t.states[state] }],
    },
    {
      key: 'stock',
      header: t.inStock,
      align: 'end',
      first: 'least',
      cell: ({ stock }) => format.count(stock),
      value: ({ stock }) => stock,
    },
    {
      key: 'supply',
      header: t.daysOfSupply,
      help: t.daysOfSupplyHelp,
      align: 'end',
      first: 'least',
      cell: ({ days_of_supply: days, expected_a_day: units }) => (
        <span className="stock-until">
          {days === null ? t.overAYear : format.days(days)}
          {units >= 0.05 && <span className="muted">{t.aDay(format.number(units, 1))}</span>}
        </span>
      ),
      value: ({ days_of_supply }) => days_of_supply,
    },
    {
      key: 'until',
      header: t.runsOut,
      help: t.runsOutHelp,
      align: 'end',
      first: 'least',
      wideOnly: true,
      cell: (one) => <RunsOut one={one} />,
      value: ({ runs_out_on }) => runs_out_on,
    },
  ];
}

function RunsOut({ one }: { one: ItemStock }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { runs_out_on: on, runs_out_earliest: earliest, runs_out_latest: latest, state } = one;
  if (on === null || state === 'sold-out') return nothing;
  const range = earliest && latest ? `${format.day(earliest)} – ${format.day(latest)}` : '';
  return (
    <span className="stock-until">
      {format.day(on)}
      {range ? (
        <span className="muted">{range}</span>
      ) : (
        earliest && <span className="muted">{t.from(format.day(earliest))}</span>
      )}
    </span>
  );
}

/** When to order, and how much. */
function useOrderColumns(): Column<ItemStock>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'point',
      header: t.reorderPoint,
      help: t.reorderPointHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ reorder_point, lead_time_days, service_level }) => (
        <span title={t.bases(format.days(lead_time_days), format.plainPercent(service_level))}>
          {format.count(reorder_point)}
        </span>
      ),
      value: ({ reorder_point }) => reorder_point,
    },
    {
      key: 'order',
      header: t.order,
      help: t.orderHelp,
      align: 'end',
      cell: ({ reorder_quantity: units }) => (units > 0 ? <strong>{format.count(units)}</strong> : nothing),
      value: ({ reorder_quantity }) => reorder_quantity,
    },
  ];
}

/** The money, and when it was last sold. */
function useEndColumns(): Column<ItemStock>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'worth',
      header: t.worth,
      help: t.worthHelp,
      align: 'end',
      cell: ({ worth }) =>
        worth ? (
          <span className="stock-money">
            {format.money(worth.money)}
            <span className="muted">{t.worthAt[worth.at]}</span>
          </span>
        ) : (
          nothing
        ),
      value: ({ worth }) => (worth ? Number(worth.money) : null),
    },
    {
      key: 'sold',
      header: t.lastSold,
      align: 'end',
      first: 'least',
      wideOnly: true,
      cell: ({ last_sold_on: day }) => (day === null ? nothing : format.day(day)),
      value: ({ last_sold_on }) => last_sold_on,
    },
  ];
}
