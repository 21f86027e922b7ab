import { createHash } from 'node:crypto';

/** What is kept of an embedding beside its numbers. */
export interface EmbeddingMark {
  /** how many numbers it has */
  length: number;
  /** tells it from others, in hexadecimal digits */
  digest: string;
}

/** The numbers as they are stored: of single precision, the lowest byte first. */
export function packEmbedding(numbers: readonly number[]): Buffer {
  const packed = Buffer.alloc(4 * numbers.length);
  for (const [at, number] of numbers.entries()) packed.writeFloatLE(number, 4 * at);
  return packed;
}

/** What `packEmbedding` packed. */
export function unpackEmbedding(packed: Buffer): Float32Array {
  const numbers = new Float32Array(packed.length / 4);
  for (let at = 0; at < numbers.length; at++) numbers[at] = packed.readFloatLE(4 * at);
  return numbers;
}

export function markOf(numbers: readonly number[]): EmbeddingMark {
  return { length: numbers.length, digest: createHash('sha256').update(packEmbedding(numbers)).digest('hex') };
}
