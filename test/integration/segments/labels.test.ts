import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { findCustomers } from '../../../src/intake/index.ts';
import { type CustomerSegment, loadCustomerSegments, predictAttribute } from '../../../src/segments/index.ts';
import { publishVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { story } from '../../support/jest/story.ts';
import { runCliHere } from '../../support/service/cli.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

/**
 * Cooks order often and lately, clerks seldom and long ago, with many between; of 700 customers 500 have declared which they are, ten
 * of the others object. Eye colour goes with nothing.
 */
const random = seededRandom(3);
const people = Array.from({ length: 700 }, (_, place) => {
  const isCook = random() < 0.5;
  return {
    id: `c${place}`,
    profession: isCook ? 'cook' : 'clerk',
    declares: place < 500,
    objects: place >= 690,
    eyes: random() < 0.5 ? 'blue' : 'brown',
    frequency: 1 + Math.floor((isCook ? 9 : 3) * random()),
    recencyDays: Math.floor((isCook ? 40 : 120) * random()),
  };
});
let service: TestService;
const predict = async (attribute: string) =>
  predictAttribute(service.database, {
    ...{ attribute, minorDigits: 2, release: await readPublishedRelease(service.database) },
  });

beforeAll(async () => {
  service = await createTestService();
  await service.stations.intake.upsertCustomers(
    people.map(({ id, declares, profession, eyes, objects }) => ({
      ...{ customer_id: id, profiling_allowed: !objects },
      attributes: { eyes, ...(declares && { profession }) },
    })),
  );
});
afterAll(() => service.stop());

async function publishSegments(): Promise<void> {
  const { database: db } = service;
  const found = await findCustomers(
    db,
    people.map(({ id }) => id),
  );
  const since = new Date('2026-02-01T00:00:00Z');
  const segments = people.map(
    ({ id, frequency, recencyDays }): CustomerSegment => ({
      ...{ customerKey: found.get(id)!.customerKey, recencyDays, frequency, monetaryMinor: 1_000 * frequency },
      ...{
        recencyScore: 3,
        frequencyScore: 3,
        monetaryScore: 3,
        group: 'ordinary',
        groupSince: since,
        previousGroup: null,
      },
      ...{ klaviyoCode: 222, klaviyoGroup: 'recent', klaviyoSince: since, cluster: 1, clusterSince: since },
      ...{ averageOrderMinor: 1_000, averageUnitPrice: '1.000000', discountShare: null },
    }),
  );
  segments.sort((one, other) => one.customerKey - other.customerKey);
  const version = await addVersion(db, 'segmentation', async (number) => [
    await loadCustomerSegments(db, number, segments),
  ]);
  await publishVersion(db, 'segmentation', version);
}

story('labels: an attribute that some have declared', (step) => {
  step('before a night there is nothing to learn from', async () => {
    await expect(predict('profession')).rejects.toMatchObject({ code: 'conflict' });
    await publishSegments();
  });

  step('is said of the others who may be profiled, as probabilities with what speaks for them', async () => {
    const { learnt, predicted } = await predict('profession');
    expect(learnt).not.toHaveProperty('refusal');
    const said = [];
    for await (const one of predicted()) said.push(one);
    expect(said).toHaveLength(190);
    const found = await findCustomers(
      service.database,
      people.map(({ id }) => id),
    );
    const truth = new Map(people.map(({ id, profession }) => [found.get(id)!.customerKey, profession]));
    const right = said.filter(({ customerKey, likeliest }) => truth.get(customerKey) === likeliest).length;
    expect(right / said.length).toBeGreaterThan(0.7);
    for (const { probabilities, reasons } of said) {
      expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(reasons).toHaveLength(3);
    }
    const strongest = new Set(said.map(({ reasons }) => reasons[0].feature));
    expect([...strongest].every((name) => ['orders', 'days since the last order', 'spent'].includes(name))).toBe(true);
  });

  step('is refused where behaviour tells nothing, and what nobody has is named', async () => {
    const { learnt, predicted } = await predict('eyes');
    expect(learnt).toMatchObject({ refusal: 'no-better-than-shares' });
    for await (const _ of predicted()) throw new Error('something was said');
    await expect(predict('shoe size')).rejects.toMatchObject({ faults: [{ field: 'attribute' }] });
  });

  step('by command, with its calibration and as CSV', async () => {
    const file = join(await makeScratchFolder('labels'), 'professions.csv');
    const { code, json, errors } = await runCliHere(
      service.connectionString,
      `--json labels profession --output ${file}`,
    );
    expect([code, errors]).toEqual([0, '']);
    expect(json).toMatchObject({ refusal: null, declared: [expect.any(Number), expect.any(Number)], rows: 190 });
    expect(json.expected_calibration_error).toBeLessThan(0.1);
    const [head, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(head).toMatch(/^customer_id,likeliest,probability,reasons,probability of \w+,probability of \w+$/);
    expect(rows).toHaveLength(190);
    expect(rows.some((row) => /^c69\d,/.test(row))).toBe(false);
    const refused = await runCliHere(service.connectionString, 'labels eyes');
    expect(refused.out).toMatch(/^Nothing is said of eyes: behaviour tells no more/);
  });
});
