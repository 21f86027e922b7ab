/**
 * A QR code (ISO/IEC 18004) of a text: byte mode, error correction M, versions 1 to 10, which is up to 213 bytes.
 * Written here so that a secret is drawn by nobody else's code.
 */

/** A square of modules by row and column: true is dark. The quiet zone around it is not in it. */
export type Modules = readonly (readonly boolean[])[];

/** Of each version from 1: error correction words a block, then the data words of each block. */
const blocksOf: readonly { correction: number; data: readonly number[] }[] = [
  { correction: 10, data: [16] },
  { correction: 16, data: [28] },
  { correction: 26, data: [44] },
  { correction: 18, data: [32, 32] },
  { correction: 24, data: [43, 43] },
  { correction: 16, data: [27, 27, 27, 27] },
  { correction: 18, data: [31, 31, 31, 31] },
  { correction: 22, data: [38, 38, 39, 39] },
  { correction: 22, data: [36, 36, 36, 37, 37] },
  { correction: 26, data: [43, 43, 43, 43, 44] },
];

/** Where the small squares have their middles, of each version from 1. */
const alignmentsOf: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];

const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** @returns the code's modules, undefined: the text is too long for version 10 */
export function qrCode(text: string): Modules | undefined {
  const bytes = new TextEncoder().encode(text);
  const version = blocksOf.findIndex((_, index) => bytes.length <= capacityOf(index + 1)) + 1;
  if (version === 0) return undefined;
  const bits = interleave(version, dataWords(version, bytes)).flatMap((word) => bitsOf(word, 8));
  const drawn = masks.map((_, mask) => draw(version, bits, mask));
  return drawn.reduce((best, one) => (penaltyOf(one) < penaltyOf(best) ? one : best));
}

const wordsOf = (version: number) => blocksOf[version - 1].data.reduce((sum, words) => sum + words, 0);
const lengthBits = (version: number) => (version < 10 ? 8 : 16);
const capacityOf = (version: number) => Math.floor((wordsOf(version) * 8 - 4 - lengthBits(version)) / 8);

/** The lowest bits of a number, the highest of them first. */
const bitsOf = (value: number, count: number): boolean[] =>
  Array.from({ length: count }, (_, index) => ((value >> (count - 1 - index)) & 1) === 1);

/** Mode, length and bytes, filled up with the two words that the standard names. */
function dataWords(version: number, bytes: Uint8Array): number[] {
  const size = wordsOf(version);
  const bits = [
    ...bitsOf(0b0100, 4),
    ...bitsOf(bytes.length, lengthBits(version)),
    ...[...bytes].flatMap((byte) => bitsOf(byte, 8)),
  ];
  // The end is four bits, which always fit after whole bytes: mode and length are half a byte over.
  bits.push(false, false, false, false);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) words.push(wordOf(bits.slice(at, at + 8)));
  for (let filler = 0; words.length < size; filler++) words.push(filler % 2 === 0 ? 0xec : 0x11);
  return words;
}

const wordOf = (bits: readonly boolean[]) => bits.reduce((word, bit) => word * 2 + Number(bit), 0);

/** The blocks' words in turn, then their corrections in turn. */
function interleave(version: number, words: readonly number[]): number[] {
  const { correction, data } = blocksOf[version - 1];
  let at = 0;
  const blocks = data.map((size) => {
    at += size;
    return words.slice(at - size, at);
  });
  return [...inTurn(blocks), ...inTurn(blocks.map((block) => correctionOf(block, correction)))];
}

function inTurn(blocks: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...blocks.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => blocks.flatMap((block) => block.slice(at, at + 1))).flat();
}

/** A product in the field of 256 elements by the polynomial 0x11d. */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
}

/** Reed and Solomon's: what is left of the words when they are divided by (x - 1)(x - 2)(x - 4)… */
function correctionOf(words: readonly number[], count: number): number[] {
  let divisor = [1];
  for (let degree = 0, root = 1; degree < count; degree++, root = multiply(root, 2)) {
    const shifted = [...divisor, 0];
    divisor = shifted.map((term, at) => term ^ (at > 0 ? multiply(divisor[at - 1], root) : 0));
  }
  const rest = [...words, ...new Array<number>(count).fill(0)];
  for (let at = 0; at < words.length; at++) {
    const factor = rest[at];
    for (let term = 0; term <= count; term++) rest[at + term] ^= multiply(divisor[term], factor);
  }
  return rest.slice(words.length);
}

/** What is not data: finders, timing, alignment, format and version. undefined is free for data. */
type Drawing = (boolean | undefined)[][];

function draw(version: number, bits: readonly boolean[], mask: number): Modules {
  const size = 17 + 4 * version;
  const drawing: Drawing = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined));
  for (let at = 8; at < size - 8; at++) drawing[6][at] = drawing[at][6] = at % 2 === 0;
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ])
    square(drawing, row, column, 4, (ring) => ring !== 2 && ring !== 4);
  const middles = alignmentsOf[version - 1];
  const last = size - 7;
  for (const row of middles) {
    for (const column of middles) {
      const isFinder = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
      if (!isFinder) square(drawing, row, column, 2, (ring) => ring !== 1);
    }
  }
  drawFormat(drawing, mask);
  if (version >= 7) drawVersion(drawing, version);
  return fill(drawing, bits, mask);
}

/** Rings around a middle, as far as they are inside. */
function square(drawing: Drawing, row: number, column: number, rings: number, isDark: (ring: number) => boolean): void {
  for (let down = -rings; down <= rings; down++) {
    for (let right = -rings; right <= rings; right++) {
      const line = drawing[row + down];
      if (line && column + right >= 0 && column + right < line.length)
        line[column + right] = isDark(Math.max(Math.abs(down), Math.abs(right)));
    }
  }
}

/** A number followed by the rest of its division: what corrects it (Bose, Chaudhuri and Hocquenghem). */
function withRest(value: number, divisor: number, bits: number): number {
  let rest = value << bits;
  for (let bit = 31 - Math.clz32(rest); rest >> bits > 0; bit = 31 - Math.clz32(rest)) rest ^= divisor << (bit - bits);
  return (value << bits) | rest;
}

/** Error correction M (00) and the mask, twice. */
function drawFormat(drawing: Drawing, mask: number): void {
  const size = drawing.length;
  const bits = bitsOf(withRest(mask, 0b10100110111, 10) ^ 0b101010000010010, 15).reverse();
  const upright = [0, 1, 2, 3, 4, 5, 7, 8, ...[7, 6, 5, 4, 3, 2, 1].map((back) => size - back)];
  bits.forEach((bit, at) => {
    drawing[upright[at]][8] = bit;
    drawing[8][at < 8 ? size - 1 - at : at === 8 ? 7 : 14 - at] = bit;
  });
  drawing[size - 8][8] = true;
}

function drawVersion(drawing: Drawing, version: number): void {
  const edge = drawing.length - 11;
  bitsOf(withRest(version, 0b1111100100101, 12), 18)
    .reverse()
    .forEach((bit, at) => {
      const [along, across] = [Math.floor(at / 3), edge + (at % 3)];
      drawing[along][across] = drawing[across][along] = bit;
    });
}

/** In columns of two from the right, up and down in turn, past the upright timing; what is left over is as 0. */
function fill(drawing: Drawing, bits: readonly boolean[], mask: number): Modules {
  const size = drawing.length;
  const modules = drawing.map((line) => line.map((module) => module === true));
  let at = 0;
  let isUpward = true;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < size; step++) {
      const row = isUpward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (drawing[row][column] === undefined)
          modules[row][column] = (bits[at++] ?? false) !== masks[mask](row, column);
      }
    }
    isUpward = !isUpward;
  }
  return modules;
}

/** How hard it is to read: runs, blocks, what looks like a finder, and too much of one colour. */
function penaltyOf(modules: Modules): number {
  const columns = modules.map((_, at) => modules.map((line) => line[at]));
  const lines = [...modules, ...columns].map((line) => line.map((dark) => (dark ? '1' : '0')).join(''));
  let penalty = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
    penalty += 40 * [...line.matchAll(/(?=00001011101|10111010000)/g)].length;
  }
  for (let row = 1; row < modules.length; row++) {
    for (let column = 1; column < modules.length; column++) {
      const dark = modules[row][column];
      if (
        dark === modules[row - 1][column] &&
        dark === modules[row][column - 1] &&
        dark === modules[row - 1][column - 1]
      )
        penalty += 3;
    }
  }
  const share = modules.flat().filter(Boolean).length / modules.length ** 2;
  return penalty + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}
