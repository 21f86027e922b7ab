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
    text: `${field}: what stands before three digits may part thousands or decimals; it is taken for ${used === ',' ? 'a decimal comma' : 'a decimal point'} where it is that sign`,
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
    if (open > 0) notes.push(`dates are ${proof.order === 'dmy' ? 'day first' : 'month first'}: ${proof.why}`);
    return proof.order;
  }
  if (open === 0) return 'dmy';
  const likely = localeOrder(deciding);
  questions.push({
    field: 'date_order',
    text: `${open} dates could be day first or month first; they are taken ${likely === 'dmy' ? 'day first' : 'month first'}`,
    option: '--date-order dmy or --date-order mdy',
  });
  return likely;
}

/** Where nothing tells: dollars are of where the month is written first. */
function localeOrder({ all, tables }: DecidingByAll): 'dmy' | 'mdy' {
  const inDollars = all.some(([, { number }]) => number?.currencies.has('USD'));
  const isEnglish = tables.every(({ looked }) =>
    looked.headings.all.every((heading) => /^[\x20-\x7e]*$/.test(heading)),
  );
  return inDollars && isEnglish && tables.every(({ looked }) => looked.table.delimiter !== ';') ? 'mdy' : 'dmy';
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
    text: `all amounts bear the sign of ${sign}, and the shop counts in ${shop.currency}: they are taken as amounts in ${shop.currency}`,
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
    text: `rows are in ${foreign.slice(0, 5).join(', ')}, and the shop counts in ${shop.currency}: they go to quarantine`,
    option: `PANNIER_CURRENCY=${foreign[0].toUpperCase().slice(0, 3)} for a shop of that currency, or --currency ${shop.currency} where they are in ${shop.currency}`,
  });
}
