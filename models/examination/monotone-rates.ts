/**
 * The rates counts / exposures with the greatest Poisson likelihood among those that nowhere rise: neighbours that do are put
 * together (Ayer and others 1955).
 *
 * @param exposures above 0, one a count
 */
export function monotoneRates(counts: Float64Array, exposures: Float64Array): Float64Array {
  const blocks: { count: number; exposure: number; length: number }[] = [];
  for (let place = 0; place < counts.length; place++) {
    let block = { count: counts[place], exposure: exposures[place], length: 1 };
    for (let before = blocks.at(-1); before && rises(before, block); before = blocks.at(-1)) {
      blocks.pop();
      block = {
        count: before.count + block.count,
        exposure: before.exposure + block.exposure,
        length: before.length + block.length,
      };
    }
    blocks.push(block);
  }
  return Float64Array.from(
    blocks.flatMap(({ count, exposure, length }) => new Array<number>(length).fill(count / exposure)),
  );
}

interface Rate {
  count: number;
  exposure: number;
}

const rises = (before: Rate, after: Rate) => after.count * before.exposure >= before.count * after.exposure;
