/**
 * A seeded generator of uniform numbers in [0, 1) with 32 random bits each: sfc32 (Chris Doty-Humphrey, PractRand),
 * whose 128 bits of state are filled from the seed by splitmix32 steps. The same seed gives the same sequence on every
 * machine; neighbouring seeds give unrelated sequences.
 *
 * @param seed any safe integer
 * @throws RangeError when the seed is not a safe integer
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, not ${seed}`);
  const fill = splitMix(seed | 0);
  let a = fill();
  let b = fill();
  // A 53-bit seed does not fit into splitmix's 32 bits, so its high half enters the state by itself.
  let c = fill() ^ Math.floor(seed / 2 ** 32);
  let counter = 1;

  const next = () => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return (out >>> 0) / 2 ** 32;
  };
  for (let step = 0; step < 12; step++) next();
  return next;
}

function splitMix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/** Fisher and Yates, in place. */
export function shuffle(values: Uint32Array, random: () => number): Uint32Array {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const value = values[last];
    values[last] = values[other];
    values[other] = value;
  }
  return values;
}
