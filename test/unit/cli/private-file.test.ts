import { link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeArrays } from '../../../src/cli/exports/files/npy.ts';
import { writePrivately } from '../../../src/cli/exports/files/private-file.ts';
import { type RowFormat, rowFormats, writeRows } from '../../../src/cli/exports/files/rows.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await makeScratchFolder('private');
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (name: string) => join(folder, name);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function* rows() {
  yield { customer_id: '=1+1', price: 2 };
}
const source = () => ({
  columns: [
    { name: 'customer_id', type: 'STRING' },
    { name: 'price', type: 'DOUBLE' },
  ] as const,
  rows: rows(),
});

test.each([...rowFormats])(
  'an export as %s is for its owner alone, also over a file that was for everybody',
  async (format: RowFormat) => {
    await writeFile(inFolder(format), 'before', { mode: 0o644 });
    expect(await writeRows(source(), format, inFolder(format))).toBe(1);
    expect(await modeOf(inFolder(format))).toBe('600');
    const text = await readFile(inFolder(format), 'latin1');
    expect(text).not.toContain('before');
    if (format === 'csv') expect(text).toBe("customer_id,price\r\n'=1+1,2\r\n");
  },
);

test.each([...rowFormats])('nothing is written through a link: %s', async (format: RowFormat) => {
  const aim = inFolder(`aim-${format}`);
  const named = inFolder(`link-${format}`);
  await writeFile(aim, 'kept');
  await symlink(aim, named);
  await expect(writeRows(source(), format, named)).rejects.toThrow('is a link: name the file itself');
  expect(await readFile(aim, 'utf8')).toBe('kept');
  await symlink(inFolder('nowhere'), inFolder(`loose-${format}`));
  await expect(writeRows(source(), format, inFolder(`loose-${format}`))).rejects.toThrow('is a link');
  expect(await readdir(folder)).not.toContain('nowhere');
});

test('a second name of a file keeps what it was', async () => {
  await writeFile(inFolder('one'), 'kept');
  await link(inFolder('one'), inFolder('other'));
  await writeRows(source(), 'csv', inFolder('other'));
  expect(await readFile(inFolder('one'), 'utf8')).toBe('kept');
});

test('arrays and their ids are written so too', async () => {
  await mkdir(inFolder('arrays'));
  await symlink(inFolder('nowhere'), inFolder('arrays/ids.json'));
  const matrices = { items: { values: Float32Array.of(1), shape: [1, 1] as [number, number] } };
  await expect(writeArrays(inFolder('arrays'), matrices, { ids: ['a'] })).rejects.toThrow('is a link');
  await writeArrays(inFolder('arrays'), matrices, { names: ['a'] });
  for (const name of ['items.npy', 'names.json']) expect(await modeOf(inFolder(`arrays/${name}`))).toBe('600');
});

test('what fails half way leaves the file that was there, and nothing beside it', async () => {
  await mkdir(inFolder('half'));
  await writeFile(inFolder('half/file'), 'kept');
  const half = writePrivately(inFolder('half/file'), async (unfinished) => {
    await writeFile(unfinished, 'half');
    throw new Error('the disk is full');
  });
  await expect(half).rejects.toThrow('the disk is full');
  expect(await readdir(inFolder('half'))).toEqual(['file']);
  expect(await readFile(inFolder('half/file'), 'utf8')).toBe('kept');
});

test('a folder or a device is no file to write', async () => {
  await expect(writeRows(source(), 'csv', folder)).rejects.toThrow('is no file');
  await expect(writeRows(source(), 'csv', '/dev/null')).rejects.toThrow('is no file');
});
