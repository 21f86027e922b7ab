import { daysOfSupply, quantityToOrder } from '../../../models/demand-forecasts/index.ts';
import { addDays } from '../../shop/days.ts';
import { fromMinor } from '../../shop/money.ts';
import type { BandRows, StockRow, StoredForecast } from './store.ts';

const week = 7;

/** A forecast in the contract's form. */
export function toForecast(forecast: StoredForecast, firstDay: string) {
  const { of, member, method, demandClass, judgedWeeks, error, seasonalNaiveError } = forecast;
  return {
    of,
    member,
    category: forecast.category,
    method,
    demand_class: demandClass,
    judged_weeks: judgedWeeks,
    error,
    seasonal_naive_error: seasonalNaiveError,
    days: toPeriods(forecast.days, (place) => addDays(firstDay, place)),
    weeks: toPeriods(forecast.weeks, (place) => addDays(firstDay, week * place)),
    horizon: toPeriods(forecast.horizon, () => firstDay)[0],
  };
}

function toPeriods([expected, low80, high80, low95, high95]: BandRows, from: (place: number) => string) {
  return expected.map((units, place) => ({
    from: from(place),
    expected: units,
    interval_80: [low80[place], high80[place]],
    interval_95: [low95[place], high95[place]],
  }));
}

/** A stock in the contract's form: how long it lasts is told by the forecast from today on. */
export function toStock(row: StockRow, { today, firstDay, minorDigits }: StockMoment) {
  const { stock, state, reorderPoint, orderUpTo, packUnits, soldHigh, soldLow } = row;
  const expected = row.expected?.flat() ?? [];
  const passed = Math.max(0, (Date.parse(today) - Date.parse(firstDay)) / 86_400_000);
  const unitsOn = (day: number) => expected[within(day + passed, expected.length)] ?? 0;
  const supply = daysOfSupply(unitsOn, stock);
  const dayWhen = (sold: readonly number[]) => {
    const place = sold.findIndex((units) => units > stock);
    return place < 0 ? null : addDays(today, place);
  };
  return {
    item_id: row.itemId,
    title: row.title,
    category: row.category,
    state,
    stock,
    last_sold_on: row.lastSoldOn,
    expected_a_day: row.expectedADay,
    days_of_supply: Number.isFinite(supply.days) ? supply.days : null,
    runs_out_on: Number.isFinite(supply.runsOut) ? addDays(today, supply.runsOut) : null,
    runs_out_earliest: dayWhen(soldHigh),
    runs_out_latest: dayWhen(soldLow),
    lead_time_days: row.leadTimeDays,
    service_level: row.serviceLevel,
    reorder_point: reorderPoint,
    order_up_to: orderUpTo,
    safety_stock: row.safetyStock,
    reorder_quantity: quantityToOrder({ point: reorderPoint, upTo: orderUpTo }, stock, packUnits),
    worth:
      row.worthMinor === null
        ? null
        : {
            money: fromMinor(row.worthMinor, minorDigits),
            at: row.isCostKnown ? ('cost' as const) : ('price' as const),
          },
    alarm:
      state === 'enough'
        ? null
        : {
            money: row.moneyMinor === null ? null : fromMinor(row.moneyMinor, minorDigits),
            money_is: moneyOf(row),
          },
  };
}

/** What the money of an alarm is: of a dead stock without a cost, what it would be sold for. */
function moneyOf({ state, isCostKnown }: StockRow) {
  if (state !== 'dead') return 'margin-a-day' as const;
  return isCostKnown ? ('cost-of-stock' as const) : ('price-of-stock' as const);
}

export interface StockMoment {
  today: string;
  firstDay: string;
  minorDigits: number;
}

/** Beyond the last day foreseen its last week goes on. */
function within(day: number, days: number): number {
  return day < days ? day : days - week + ((day - days) % week);
}
