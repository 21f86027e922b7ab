import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { factsBefore } from '../../../src/training/snapshot/list-facts.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { createTestIntake, type TestIntake } from '../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
afterAll(() => intake.drop());

test('what goods cost comes from the catalogue into what lists are learnt from, and is not known where it tells none', async () => {
  const told = [
    { item_id: 'cheap', price: '3.00', cost: '0.125' },
    { item_id: 'unknown', price: '3.00' },
    { item_id: 'dear', price: '3.00', cost: '2.5' },
  ];
  await intake.recording.upsertItems(told.map((item) => ({ ...item, title: item.item_id })));
  const asOf = new Date('2026-03-01T00:00:00Z');
  const snapshot = await readSnapshot(intake.database, asOf);
  const { unitCosts } = factsBefore(snapshot, asOf.getTime(), nightlyRecipes['collaborative-filtering']);
  const keys = await Promise.all(told.map(async ({ item_id }) => (await intake.recording.readItem(item_id)).itemKey));
  expect(keys.map((key) => unitCosts![snapshot.itemKeys.indexOf(key)])).toEqual([0.125, Number.NaN, 2.5]);
});
