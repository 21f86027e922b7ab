import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './private-file.ts';

/** A matrix by rows, for numpy. */
export interface Matrix {
  values: Float32Array | Int32Array;
  shape: [rows: number, columns: number];
}

const alignment = 64;

/**
 * A matrix in numpy's own format, version 1.0: a magic, the length of the header, a Python literal that says what follows, and
 * the numbers, row by row, little-endian.
 */
export function encodeNpy({ values, shape }: Matrix): Buffer {
  const type = values instanceof Float32Array ? '<f4' : '<i4';
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const before = 10;
  const padding = alignment - ((before + description.length + 1) % alignment);
  const header = `${description}${' '.repeat(padding % alignment)}\n`;
  const head = Buffer.alloc(before);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([head, Buffer.from(header, 'latin1'), body]);
}

/** Writes matrices as `<name>.npy` and ids, whose positions are rows or entries of them, as `<name>.json`. */
export async function writeArrays(
  folder: string,
  matrices: Record<string, Matrix>,
  ids: Record<string, readonly string[]>,
): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true });
  const files: Record<string, string> = {};
  for (const [name, matrix] of Object.entries(matrices)) {
    await writePrivately(join(folder, `${name}.npy`), (file) => writeFile(file, encodeNpy(matrix)));
    const type = matrix.values instanceof Float32Array ? 'float32' : 'int32';
    files[`${name}.npy`] = `${matrix.shape.join(' x ')} ${type}`;
  }
  for (const [name, list] of Object.entries(ids)) {
    await writePrivately(join(folder, `${name}.json`), (file) => writeFile(file, `${JSON.stringify(list)}\n`));
    files[`${name}.json`] = `${list.length} ids`;
  }
  return files;
}
