import { demoSize, generateSampleShop } from '../../../src/sample-shop/index.ts';
import { recoverTruth } from '../../support/simulated/planted-truth.ts';

/**
 * What the nightly recipes recover of the truth planted in the demo's shop, for some seeds.
 *
 *     npm run bench:truth -- [seeds]
 */
const [seeds = 3] = process.argv.slice(2).map(Number);
const end = new Date('2026-03-01T00:00:00Z');
for (let seed = 1; seed <= seeds; seed++) {
  const { rules, tastes, groups } = recoverTruth(generateSampleShop({ seed, ...demoSize, end }), end.getTime());
  console.log(`seed ${seed}`);
  console.log(
    `  rules    ${rules.recovered} of ${rules.planted} planted ones found exactly, ${rules.significant} significant: ${rules.ofOneTaste} more by one taste, ${rules.false} false`,
  );
  console.log(
    `  tastes   of ${tastes.customers} customers: ${percent(tastes.list)} of the list are of their taste, ${percent(tastes.newItems)} of what they never bought, ${percent(tastes.popularity)} of popular items; theirs leads for ${percent(tastes.leading)}`,
  );
  console.log(
    `  habits   adjusted Rand: four groups ${groups.habitsByGroups.toFixed(3)}, Klaviyo ${groups.habitsByKlaviyo.toFixed(3)}, ${groups.clusters} clusters ${groups.habitsByClusters.toFixed(3)} (purity ${percent(groups.clusterPurity)})`,
  );
  console.log(
    `  purses   area under the curve: price-sensitive by discount share ${groups.priceSensitive.toFixed(3)}, rich by average order ${groups.rich.toFixed(3)}`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
