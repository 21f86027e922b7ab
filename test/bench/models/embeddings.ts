import { ContentIndex } from '../../../models/content-neighbours/index.ts';
import { seededRandom } from '../../../models/random.ts';

/**
 * How long the likes of one item take by embeddings, beside a plain scan of the same numbers as singles, a pair of questions after the
 * other; what the index holds of them; and how many of the plain scan's twenty nearest it finds. Numbers are drawn normally about one
 * of 200 centres.
 *
 *     npm run bench:embeddings -- [items] [numbers]
 */
const [items = 20_000, length = 768] = process.argv.slice(2).map(Number);
const [questions, nearest] = [200, 20];
const random = seededRandom(18);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const centres = Array.from({ length: 200 }, () => Float32Array.from({ length }, normal));

const plain = new Float32Array(items * length);
const lengths = new Float64Array(items);
const index = new ContentIndex();
for (let item = 0; item < items; item++) {
  const centre = centres[item % centres.length];
  const numbers = plain.subarray(item * length, (item + 1) * length);
  for (let at = 0; at < length; at++) numbers[at] = centre[at] + normal();
  lengths[item] = Math.hypot(...numbers);
  index.set(item, { title: null, categories: [], brand: null, attributes: {}, price: Number.NaN });
}
const bytesBefore = bytesHeld();
const processor = process.cpuUsage();
for (let item = 0; item < items; item++) index.setEmbedding(item, plain.subarray(item * length, (item + 1) * length));
const { user, system } = process.cpuUsage(processor);
console.log(`${items} items of ${length} numbers: taken in ${((user + system) / 1e6).toFixed(2)} s of processor,`);
console.log(
  `${((bytesHeld() - bytesBefore) / 2 ** 20).toFixed(1)} MiB; as singles ${((4 * items * length) / 2 ** 20).toFixed(1)} MiB`,
);

const [ours, scans]: [number[], number[]] = [[], []];
let shared = 0;
for (let question = 0; question < questions; question++) {
  const item = Math.floor(items * random());
  const likes = timed(ours, () => index.likesOf(item, nearest).items);
  const expected = timed(scans, () => scan(item));
  shared += likes.filter((one) => expected.has(one)).length;
}
const ratios = ours.map((one, pair) => scans[pair] / one);
console.log(
  `likes of an item: ${median(ours).toFixed(0)} µs in the middle; a plain scan ${median(scans).toFixed(0)} µs`,
);
console.log(
  `the scan takes ${median(ratios).toFixed(1)} times as long; ${((100 * shared) / (questions * nearest)).toFixed(1)} % of its ${nearest} nearest are found`,
);

function scan(item: number): Set<number> {
  const own = item * length;
  const cosines = new Float64Array(items);
  for (let other = 0; other < items; other++) {
    let sum = 0;
    const start = other * length;
    for (let at = 0; at < length; at++) sum += plain[own + at] * plain[start + at];
    cosines[other] = other === item ? -1 : sum / lengths[other];
  }
  return new Set(
    Array.from(cosines.keys())
      .sort((a, b) => cosines[b] - cosines[a])
      .slice(0, nearest),
  );
}

/** In microseconds of processor. */
function timed<Result>(times: number[], work: () => Result): Result {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  times.push(user + system);
  return result;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function bytesHeld(): number {
  globalThis.gc?.();
  // What kernels work on is shared memory, which counts as neither heap nor buffers.
  return process.memoryUsage().rss;
}
