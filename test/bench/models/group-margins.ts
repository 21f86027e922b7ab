import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Group, groupCustomers } from '../../../models/segmentation/index.ts';
import { parseSaleLines } from '../../support/data/sale-lines.ts';

/**
 * How wide the margin at the borders of the four groups should be: every night of seven months of Online Retail by each width,
 * what it saves of changes that are taken back, and what it costs in time.
 *
 *     npm run bench:group-margins -- FILE [widths, by comma]
 *
 * FILE: Online Retail's lines as CSV, gzip.
 *
 * Back: of the customers who had a group when the month began, the share who changed it in that month and were in it again within
 * 60 days. Late: by how many days, on average, a change is told later than by the plain definition, of changes that this one keeps
 * for 60 days; one that is not told within these counts as 60. Off: customers who are not where the definition says, of all on all
 * nights.
 */
const dayMs = 86_400_000;
const within = 60;
const [file, asked = '0,0.01,0.02,0.03,0.05,0.075,0.1,0.15'] = process.argv.slice(2);
if (file === undefined) throw new Error('name the file of Online Retail');
const widths = asked.split(',').map(Number);
const first = Date.UTC(2011, 1, 1);
const last = Date.UTC(2011, 8, 1);
const nights = Array.from({ length: (last - first) / dayMs + 1 }, (_, night) => first + night * dayMs);

interface Order {
  customer: number;
  time: number;
  cents: number;
}

/** By night and customer; undefined: no order yet. */
type Course = (Group | undefined)[][];

const orders = readOrders();
const customers = 1 + orders.reduce((most, { customer }) => Math.max(most, customer), 0);
const months = [1, 2, 3, 4, 5].map((month) => nights.indexOf(Date.UTC(2011, month, 1)));
const ends = [2, 3, 4, 5, 6].map((month) => nights.indexOf(Date.UTC(2011, month, 1)));
const plain = groupEveryNight(0);

console.log(
  '| width | back: February | March | April | May | June | mean | changes a night, of 1,000 | late, days | told after 7 days | off |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|');
for (const width of widths) {
  const course = width === 0 ? plain : groupEveryNight(width);
  const back = months.map((from, month) => shareBack(course, from, ends[month]));
  const { late, afterAWeek } = measureDelay(course);
  const figures = [...back, mean(back)].map(percent);
  console.log(
    `| ${width} | ${figures.join(' | ')} | ${changesOf1000(course).toFixed(1)} | ${late.toFixed(1)} | ${percent(afterAWeek)} | ${percent(shareOff(course))} |`,
  );
}

function readOrders(): Order[] {
  const lines = parseSaleLines(gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split(/\r?\n/));
  const found = new Map<number, Order>();
  for (const [line, order] of lines.orders.entries()) {
    const known = found.get(order) ?? { customer: lines.customers[line], time: lines.times[line], cents: 0 };
    known.cents += Math.round(lines.quantities[line] * lines.unitPrices[line] * 100);
    found.set(order, known);
  }
  return [...found.values()].sort((one, other) => one.time - other.time);
}

/** Each night continues the one before it, as the service's do. */
function groupEveryNight(margin: number): Course {
  const latest = new Float64Array(customers).fill(-Infinity);
  const [frequency, cents] = [new Float64Array(customers), new Float64Array(customers)];
  let next = 0;
  let before: (Group | undefined)[] = new Array(customers).fill(undefined);
  return nights.map((asOf) => {
    for (; next < orders.length && orders[next].time < asOf; next++) {
      const order = orders[next];
      latest[order.customer] = order.time;
      frequency[order.customer]++;
      cents[order.customer] += order.cents;
    }
    const known = Array.from(frequency.keys()).filter((customer) => frequency[customer] > 0);
    const { groups } = groupCustomers(
      known.map((customer) => Math.floor((asOf - latest[customer]) / dayMs)),
      known.map((customer) => frequency[customer]),
      known.map((customer) => cents[customer]),
      { margin, previous: known.map((customer) => before[customer]) },
    );
    const tonight: (Group | undefined)[] = new Array(customers).fill(undefined);
    for (const [place, customer] of known.entries()) tonight[customer] = groups[place];
    before = tonight;
    return tonight;
  });
}

function shareBack(course: Course, from: number, until: number): number {
  let [had, back] = [0, 0];
  for (let customer = 0; customer < customers; customer++) {
    if (course[from][customer] === undefined) continue;
    had++;
    for (let night = from + 1; night <= until; night++) {
      const left = course[night - 1][customer];
      if (course[night][customer] === left) continue;
      const later = course.slice(night + 1, night + within + 1);
      if (!later.some((one) => one[customer] === left)) continue;
      back++;
      break;
    }
  }
  return back / had;
}

function measureDelay(course: Course): { late: number; afterAWeek: number } {
  const delays: number[] = [];
  for (let customer = 0; customer < customers; customer++) {
    for (let night = 1; night + within < nights.length; night++) {
      const group = plain[night][customer];
      if (plain[night - 1][customer] === undefined || plain[night - 1][customer] === group) continue;
      const days = plain.slice(night, night + within);
      if (days.some((one) => one[customer] !== group)) continue;
      const told = days.findIndex((_, later) => course[night + later][customer] === group);
      delays.push(told < 0 ? within : told);
    }
  }
  return { late: mean(delays), afterAWeek: delays.filter((days) => days > 7).length / delays.length };
}

function changesOf1000(course: Course): number {
  let [had, changed] = [0, 0];
  for (let night = 1; night < nights.length; night++) {
    for (const [customer, before] of course[night - 1].entries()) {
      if (before === undefined) continue;
      had++;
      if (course[night][customer] !== before) changed++;
    }
  }
  return (1000 * changed) / had;
}

function shareOff(course: Course): number {
  let [all, off] = [0, 0];
  for (const [night, groups] of course.entries()) {
    for (const [customer, group] of groups.entries()) {
      if (group === undefined) continue;
      all++;
      if (group !== plain[night][customer]) off++;
    }
  }
  return off / all;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
