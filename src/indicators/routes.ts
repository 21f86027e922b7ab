import { figure } from '../formats/figures.ts';
import { type Handlers, listOf, type MediaType, streamRows } from '../http/index.ts';
import { fromMinor, trimPrice } from '../shop/money.ts';
import type { Definition, Grain, Term } from './definitions/definition.ts';
import {
  definitions,
  dimensionsOf,
  dimensionsThatAddUp,
  exclusionsOf,
  findDefinition,
  grainsOf,
  isInAll,
  measureOf,
} from './definitions/definitions.ts';
import { needs } from './definitions/needs.ts';
import type { Indicators } from './indicators.ts';
import type { Dimension } from './roll-ups/family.ts';
import type { Beside, Figures, IndicatorValue, IndicatorValues } from './values/values.ts';

/** Quotients of money are told to so many digits more than the currency has. */
const furtherDigits = 4;

export function indicatorRoutes(
  indicators: Pick<Indicators, 'values'>,
  config: { timeZone: string; minorDigits: number },
): Pick<Handlers, 'listIndicators' | 'getIndicatorValues' | 'listIndicatorValues'> {
  const present = presenter(config);

  async function answer(indicatorIds: readonly string[], parameters: ValueParameters, mediaType: MediaType) {
    const { from, to, grain, by, member, limit } = parameters;
    const version = parameters.version;
    const told = await indicators.values({ indicatorIds, version, from, to, grain, by, member, limit });
    if (mediaType !== 'application/json') return streamRows(mediaType, columns, eachOf(told.values), present.row);
    return { json: { ...present.head(told, parameters), items: told.values.map(present.item) } };
  }

  return {
    listIndicators: ({ parameters }) => {
      const newest = (definition: Definition) => findDefinition(definition.id) === definition;
      const wanted = definitions.filter(
        (definition) =>
          (parameters.class === undefined || definition.class === parameters.class) &&
          (parameters.all_versions || newest(definition)),
      );
      return { json: listOf(wanted.map(present.definition)) };
    },
    getIndicatorValues: ({ parameters, mediaType }) => answer([parameters.indicator_id], parameters, mediaType),
    listIndicatorValues: ({ parameters, mediaType }) =>
      answer([...new Set(parameters.indicator_ids.split(','))], parameters, mediaType),
  };
}

interface ValueParameters {
  from?: string;
  to?: string;
  grain: Grain;
  by?: Dimension;
  member?: string;
  version?: number;
  limit: number;
}

async function* eachOf(values: readonly IndicatorValue[]): AsyncGenerator<IndicatorValue> {
  yield* values;
}

const columns = [
  ...['indicator_id', 'version', 'unit', 'period', 'member', 'value', 'numerator', 'denominator'],
  ...['previous_value', 'previous_numerator', 'previous_denominator'],
  ...['year_before_value', 'year_before_numerator', 'year_before_denominator', 'status', 'reason'],
  ...['partial', 'previous_partial', 'year_before_partial'],
];

/** Figures in the contract's form: money as decimal strings, everything else as numbers. */
function presenter({ timeZone, minorDigits }: { timeZone: string; minorDigits: number }) {
  const isMoney = (terms: readonly Term[]) => terms.some(({ measure }) => measureOf(measure).isMoney);
  const amount = (terms: readonly Term[], value: number) =>
    isMoney(terms) ? fromMinor(Math.round(value), minorDigits) : figure(value);

  function tellValue({ unit, numerator, denominator }: Definition, value: number): string | number {
    if (unit !== 'money') return figure(value);
    if (!denominator) return amount(numerator, value);
    return trimPrice((value / 10 ** minorDigits).toFixed(minorDigits + furtherDigits), minorDigits);
  }
  function figures(definition: Definition, told: Figures | null) {
    if (!told) return null;
    const { value, numerator, denominator } = told;
    const part = (terms: readonly Term[] | null, of: number | null) => {
      if (of === null) return null;
      return definition.change ? figure(of) : amount(terms!, of);
    };
    return {
      value: value === null ? null : tellValue(definition, value),
      numerator: part(definition.numerator, numerator),
      denominator: part(definition.denominator, denominator),
    };
  }
  const besides = (definition: Definition, told: Beside | null) => {
    const given = figures(definition, told);
    return given && { ...given, partial: told!.partial };
  };
  const nothing = { value: null, numerator: null, denominator: null };
  const item = ({ definition, period, member, ...told }: IndicatorValue) => ({
    indicator_id: definition.id,
    version: definition.version,
    unit: definition.unit,
    period,
    member,
    ...(figures(definition, told.figures) ?? nothing),
    partial: told.partial,
    previous: besides(definition, told.previous),
    year_before: besides(definition, told.yearBefore),
    status: told.figures ? ('ok' as const) : ('unavailable' as const),
    reason: told.reason,
  });

  return {
    item,
    row(value: IndicatorValue): Record<string, string | number | null> {
      const { previous, year_before, ...told } = item(value);
      const named = (prefix: string, given: ReturnType<typeof besides>) =>
        Object.fromEntries(
          Object.entries(given ?? { ...nothing, partial: null }).map(([name, one]) => [`${prefix}_${name}`, one]),
        );
      return { ...told, ...named('previous', previous), ...named('year_before', year_before) };
    },
    head: ({ from, to, dataVersion, asOf, pendingDays }: IndicatorValues, { grain, by }: ValueParameters) => ({
      from,
      to,
      grain,
      by: by ?? null,
      time_zone: timeZone,
      data_version: dataVersion,
      pending_days: pendingDays,
      next_cursor: null,
      as_of: asOf?.toISOString() ?? null,
    }),
    definition: (definition: Definition) => ({
      indicator_id: definition.id,
      version: definition.version,
      class: definition.class,
      name: definition.name,
      meaning: definition.meaning,
      unit: definition.unit,
      numerator: definition.numerator.map(toTerm),
      denominator: definition.denominator?.map(toTerm) ?? null,
      change: definition.change ?? null,
      grains: [...grainsOf(definition, isInAll(definition) ? undefined : dimensionsOf(definition)[0])],
      dimensions: dimensionsOf(definition),
      adds_up_by: dimensionsThatAddUp(definition),
      time_zone: timeZone,
      exclusions: exclusionsOf(definition),
      needs: definition.needs.map((need) => ({ need, reason: needs[need].reason })),
      since: definition.since,
    }),
  };
}

function toTerm({ measure, sign, over, timesEnd, ofAll }: Term) {
  return { measure, sign, over, times_end: timesEnd, of_all: ofAll };
}
