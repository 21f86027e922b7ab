import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { learnAssociationRules, parseBaskets, recipe } from '../../../models/association-rules/index.ts';
import { completeCart } from '../../../src/recommendations/rules/complete-cart.ts';
import { buildRuleTable } from '../../../src/recommendations/rules/rule-table.ts';

/**
 * Do rules complete carts? Learned from the first seven eighths of a basket file (a basket a line, item numbers; gzip), asked
 * for each item of every fourth of the other baskets what completes the rest: share of items among the first ten and mean
 * reciprocal rank, by all rules combined and by the strongest alone.
 *
 *     npm run bench:carts -- retail.dat.gz [minimumSupport]
 */
const [file, minimumSupport = recipe.minimumSupport] = process.argv.slice(2);
if (!file) throw new Error('Name the file: npm run bench:carts -- retail.dat.gz');
const { matrix } = parseBaskets(gunzipSync(readFileSync(file)));
const cut = Math.floor((matrix.rows * 7) / 8);
const { rules } = learnAssociationRules(
  {
    rows: cut,
    columns: matrix.columns,
    offsets: matrix.offsets.slice(0, cut + 1),
    indices: matrix.indices.slice(0, matrix.offsets[cut]),
  },
  { ...recipe, minimumSupport: Number(minimumSupport) },
);
const table = buildRuleTable(rules);
const ways = {
  combined: ({ score }: { score: number }) => score,
  'strongest alone': ({ rules }: { rules: readonly number[] }) => table.confidences[rules[0]],
};
const found = { combined: { hits: 0, reciprocal: 0 }, 'strongest alone': { hits: 0, reciprocal: 0 } };
let items = 0;
for (let basket = cut; basket < matrix.rows; basket += 4) {
  const whole = matrix.indices.subarray(matrix.offsets[basket], matrix.offsets[basket + 1]);
  if (whole.length < 2 || whole.length > 60) continue;
  for (const item of whole) {
    items++;
    const completions = completeCart(table, new Set(whole.filter((other) => other !== item)));
    const own = completions.find((completion) => completion.item === item);
    if (!own) continue;
    for (const [way, scoreOf] of Object.entries(ways) as [keyof typeof ways, (typeof ways)['combined']][]) {
      const scores = completions.map((completion) => scoreOf(completion));
      const score = scoreOf(own);
      const ahead = scores.filter((other) => other > score).length;
      // Equal ones share the place in their middle.
      const rank = 1 + ahead + (scores.filter((other) => other === score).length - 1) / 2;
      if (rank <= 10) found[way].hits++;
      found[way].reciprocal += 1 / rank;
    }
  }
}
console.log(`${rules.length} rules of ${cut} baskets, ${items} items taken out`);
for (const [way, { hits, reciprocal }] of Object.entries(found)) {
  const [share, mean] = [hits / items, reciprocal / items].map((figure) => figure.toFixed(3));
  console.log(`  ${way.padEnd(16)} among the first ten ${share}, mean reciprocal rank ${mean}`);
}
