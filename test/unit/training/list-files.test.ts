import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readHeldOutPairs, readListFile, type SnapshotIds } from '../../../src/training/evaluation/read-list-files.ts';

const customers = ['C1', 'C2'];
const items = ['A', 'B', 'C'];
const numberIn = (ids: string[]) => (id: string) => (ids.includes(id) ? ids.indexOf(id) : undefined);
const ids: SnapshotIds = { customerOf: numberIn(customers), itemOf: numberIn(items) };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-list-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('lists made elsewhere', () => {
  test('are ordered by rank, whatever the order of the rows, and other columns are passed over', async () => {
    const file = await write('lists.csv', 'rank,customer_id,note,item_id\n7,C1,x,A\n2,C1,x,C\n1,C2,x,B\n');
    const { lists, skipped } = await readListFile(file, ids);
    expect(Object.fromEntries(lists)).toEqual({ 0: [2, 0], 1: [1] });
    expect(skipped).toBe(0);
  });

  test('come as NDJSON and gzip too', async () => {
    const rows = ['{"customer_id":"C1","item_id":"B","rank":1}', '{"customer_id":"C1","item_id":"A","rank":2}'];
    const file = await write('lists.ndjson.gz', gzipSync(`${rows.join('\n')}\n`));
    expect(Object.fromEntries((await readListFile(file, ids)).lists)).toEqual({ 0: [1, 0] });
  });

  test('rows of customers who are not known are counted and left out', async () => {
    const file = await write('strangers.csv', 'customer_id,item_id,rank\nC9,A,1\nC1,A,1\n');
    expect(await readListFile(file, ids)).toEqual({ lists: new Map([[0, [0]]]), skipped: 1 });
  });

  test('what is wrong is told by row and field, all of it together', async () => {
    const rows = ['C1,A,1', 'C1,A,2', 'C1,B,1', 'C2,X,1', 'C2,A,0', 'C2,B,1.5', ',A,1'];
    const file = await write('broken.csv', `customer_id,item_id,rank\n${rows.join('\n')}\n`);
    await expect(readListFile(file, ids)).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [
        { field: 'item_id', message: 'row 2: is on this list already' },
        { field: 'rank', message: 'row 3: is taken on this list already' },
        { field: 'item_id', message: 'row 4: X is no item of this shop' },
        { field: 'rank', message: 'row 5: must be a whole number above 0' },
        { field: 'rank', message: 'row 6: must be a whole number above 0' },
        { field: 'customer_id', message: 'row 7: is missing or broken' },
      ],
    });
  });

  test('a file without a needed column, and none at all, are refused by name', async () => {
    const file = await write('short.csv', 'customer_id,item_id\nC1,A\n');
    await expect(readListFile(file, ids)).rejects.toMatchObject({ faults: [{ field: 'rank' }] });
    await expect(readListFile(join(folder, 'nowhere.csv'), ids)).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [{ field: 'file' }],
    });
  });
});

describe('a hold-out in a file', () => {
  test('is pairs of customer and item', async () => {
    const file = await write('pairs.csv', 'customer_id,item_id\nC2,A\nC1,C\nC7,A\n');
    expect(await readHeldOutPairs(file, ids)).toEqual({
      customers: Uint32Array.of(1, 0),
      items: Uint32Array.of(0, 2),
      skipped: 1,
    });
  });

  test('in which nobody of this shop is held out is refused', async () => {
    const file = await write('nobody.csv', 'customer_id,item_id\nC7,A\n');
    await expect(readHeldOutPairs(file, ids)).rejects.toMatchObject({ faults: [{ field: 'file' }] });
  });
});
