import { itemIdsOf } from '../../intake/index.ts';
import { readNeighbours } from '../../recommendations/index.ts';
import type { Session } from '../session.ts';
import { chooseVersion } from './choose-version.ts';
import { writeArrays } from './files/npy.ts';

/** The item neighbours of a version: row i of `neighbours` holds positions in `item_ids`, nearest first, -1 where there are fewer. */
export async function exportNeighbours({ database }: Session, folder: string, number: number | undefined) {
  const { version } = await chooseVersion(database, 'collaborative-filtering', number);
  const rows = await database.transaction((tx) => readNeighbours(tx, version));
  const items = new Set<number>();
  for (const { itemKey, neighbours } of rows) {
    items.add(itemKey);
    for (const neighbour of Array.from(neighbours)) items.add(neighbour);
  }
  const itemKeys = [...items].sort((a, b) => a - b);
  const positions = new Map(itemKeys.map((key, position) => [key, position]));
  const width = rows.reduce((most, { neighbours }) => Math.max(most, neighbours.length), 0);
  const neighbours = new Int32Array(itemKeys.length * width).fill(-1);
  const weights = new Float32Array(itemKeys.length * width);
  for (const row of rows) {
    const start = positions.get(row.itemKey)! * width;
    for (let place = 0; place < row.neighbours.length; place++) {
      neighbours[start + place] = positions.get(row.neighbours[place])!;
      weights[start + place] = row.weights[place];
    }
  }
  const ids = await itemIdsOf(database, itemKeys);
  const shape: [number, number] = [itemKeys.length, width];
  const files = await writeArrays(
    folder,
    { neighbours: { values: neighbours, shape }, weights: { values: weights, shape } },
    { item_ids: itemKeys.map((key) => ids.get(key)!) },
  );
  return { version, files };
}
