import { say } from '../../../sentences/index.ts';
import { mayBeCurrency } from '../forms/currencies.ts';
import { type FieldEvidence, type Forms, timesOfForm } from './forms.ts';
import type { PlannedTable } from './gather-evidence.ts';
import type { MappingContext } from './map-table.ts';
import type { Output } from './plan.ts';
import type { Question, Shop, UnderstandOptions } from './understood.ts';

/** What is decided by, and what comes of it beside the forms. */
interface Deciding {
  tables: readonly PlannedTable[];
  options: UnderstandOptions;
  shop: Shop;
  /** what is asked, as far as it is */
  questions: Question[];
  notes: string[];
}

/** With the evidence of all tables' fields. */
interface DecidingByAll extends Deciding {
  all: readonly (readonly [field: string, FieldEvidence])[];
}

/** Decides how each column is written, and asks what the file does not tell. */
export function contextOf(deciding: Deciding): (table: PlannedTable, output: Output) => MappingContext {
  const { tables, options, shop, questions } = deciding;
  const all = tables.flatMap(({ evidence }) => [...evidence.values()].flatMap((fields) => [...fields]));
  const byAll = { ...deciding, all };
  const order = decideOrder(byAll);
  const commonSign = decideSign(byAll);
  const fallback = decimalOfFile(byAll);
  return (table, output) => {
    const numbers: Forms['numbers'] = new Map();
    for (const [field, { number }] of table.evidence.get(output)!) {
      if (!number) continue;
      const decided = options.decimals ? fallback : number.decide(/quantity|stock|position|rating|results/.test(field));
      numbers.set(field, decided ?? fallback);
      if (decided === undefined && number.seen.either > 0) askDecimals(field, fallback, questions);
    }
    const { currency, minorDigits } = shop;
    const { timeFormat } = table.plan;
    const forms = { numbers, order, readTime: timeFormat === undefined ? undefined : timesOfForm(timeFormat) };
    return { forms, currency, minorDigits, asCurrency: options.currency, commonSign };
  };
}

function askDecimals(field: string, used: string, questions: Question[]): void {
  if (questions.some((question) => question.field === 'decimals')) return;
  questions.push({
    field: 'decimals',
    text: say(used === ',' ? 'file.ask-comma' : 'file.ask-point', { field }),
    option: '--decimals point or --decimals comma',
  });
}

/** By the columns that tell; else semicolons part cells where commas part decimals. */
function decimalOfFile({ all, options, tables }: DecidingByAll): '.' | ',' {
  if (options.decimals) return options.decimals === 'comma' ? ',' : '.';
  let [points, commas] = [0, 0];
  for (const [, { number }] of all) {
    points += number?.seen['.'] ?? 0;
    commas += number?.seen[','] ?? 0;
  }
  if (points !== commas) return points > commas ? '.' : ',';
  return tables.some(({ looked }) => looked.table.delimiter === ';') ? ',' : '.';
}

function decideOrder(deciding: DecidingByAll): 'dmy' | 'mdy' {
  const { all, tables, options, shop, questions, notes } = deciding;
  if (options.dateOrder) return options.dateOrder;
  if (tables.every(({ plan }) => plan.timeFormat !== undefined)) return 'dmy';
  const times = all.flatMap(([, { time }]) => (time && time.read > 0 ? [time] : []));
  const decided = times.map((time) => ({ time, found: time.decide(shop.now.getTime()) }));
  const open = decided.reduce(
    (sum, { time }) => sum + (time.separators.size === 1 && time.separators.has('.') ? 0 : time.open),
    0,
  );
  const proof =
    decided.find(({ time, found }) => found && time.open > 0)?.found ??
    decided.find(({ time, found }) => found && time.proves.dmy + time.proves.mdy > 0)?.found;
  if (proof) {
    const dates = times.reduce((sum, { proves }) => sum + proves[proof.order], 0);
    if (open > 0) notes.push(say(proof.why, { dates }));
    return proof.order;
  }
  if (open === 0) return 'dmy';
  const platform = orderOfPlatform(tables);
  if (platform) {
    const key = platform.order === 'dmy' ? 'file.day-first-platform' : 'file.month-first-platform';
    notes.push(say(key, { platform: platform.name }));
    return platform.order;
  }
  const likely = localeOrder(deciding);
  questions.push({
    field: 'date_order',
    text: say(likely === 'dmy' ? 'file.ask-day-first' : 'file.ask-month-first', { dates: open }),
    option: '--date-order dmy or --date-order mdy',
  });
  return likely;
}

/** Some platforms write dates in one way, wherever a shop is. */
function orderOfPlatform(tables: readonly PlannedTable[]): { order: 'dmy' | 'mdy'; name: string } | undefined {
  const told = tables.flatMap(({ plan }) => (plan.dateOrder ? [{ order: plan.dateOrder, name: plan.platform }] : []));
  return new Set(told.map(({ order }) => order)).size === 1 ? told[0] : undefined;
}

/** Where the month is written first: the United States, the Philippines, and wherever dollars are of these. */
const monthFirstZones =
  /^(?:US\/|America\/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|Anchorage|Boise|Juneau|Indiana\/|Kentucky\/|North_Dakota\/)|Pacific\/Honolulu|Asia\/Manila)/;

/** Where nothing tells: as it is usual where the shop is, or where the file's dollars are. */
function localeOrder({ all, tables, shop }: DecidingByAll): 'dmy' | 'mdy' {
  const inDollars = all.some(([, { number }]) => number?.currencies.has('USD'));
  const isThere = shop.currency === 'USD' || shop.currency === 'PHP' || monthFirstZones.test(shop.timeZone ?? '');
  const isEnglish = tables.every(({ looked }) =>
    looked.headings.all.every((heading) => /^[\x20-\x7e]*$/.test(heading)),
  );
  const isParted = tables.some(({ looked }) => looked.table.delimiter === ';');
  return (inDollars || isThere) && isEnglish && !isParted ? 'mdy' : 'dmy';
}

/** The one sign that amounts bear: how a spreadsheet writes them. It is told where it is not the shop's. */
function decideSign(deciding: DecidingByAll): string | undefined {
  const { all, options, shop, questions } = deciding;
  const named = new Set(
    all.flatMap(([field, { values, number }]) => [
      ...(field === 'currency' ? (values ?? []) : []),
      ...(number?.codes ?? []),
    ]),
  );
  if (named.size > 0) {
    askForeign(named, deciding);
    return undefined;
  }
  const found = new Set(all.flatMap(([, { number }]) => [...(number?.currencies ?? [])]));
  if (found.size !== 1 || options.currency) return undefined;
  const [sign] = found;
  if (mayBeCurrency(sign, shop.currency)) return sign;
  questions.push({
    field: 'currency',
    text: say('file.ask-sign', { sign, currency: shop.currency }),
    option: `--currency ${sign.slice(0, 3)} or --currency ${shop.currency}`,
  });
  return sign;
}

/** Rows that name another currency than the shop's are told: they are refused, not miscounted. */
function askForeign(named: ReadonlySet<string>, { options, shop, questions }: Deciding): void {
  const foreign = [...named].filter(
    (code) => code.toUpperCase() !== shop.currency && !mayBeCurrency(code, shop.currency),
  );
  if (foreign.length === 0 || options.currency) return;
  questions.push({
    field: 'currency',
    text: say('file.foreign', { currencies: foreign.slice(0, 5).join(', '), currency: shop.currency }),
    option: `PANNIER_CURRENCY=${foreign[0].toUpperCase().slice(0, 3)} for a shop of that currency, or --currency ${shop.currency} where they are in ${shop.currency}`,
  });
}
