import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { definitions } from '../../../src/indicators/index.ts';
import { projectRoot } from '../../../src/project.ts';
import { indicatorsWorkedOut } from '../../support/proofs/hand-worked.ts';

const folder = join(projectRoot, 'test/integration/indicators');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
/** Its figures are those of a file; a hand cannot have worked them out. */
const ofRealData = 'online-retail.thorough.test.ts';

// Would see: a definition that is added, or a test that is taken away, so that nobody has worked out what an indicator should say.
test('of every indicator a test of a small shop says a value that was worked out by hand', () => {
  const proven = new Set(
    files
      .filter((file) => file !== ofRealData)
      .flatMap((file) => [...indicatorsWorkedOut(readFileSync(join(folder, file), 'utf8'))]),
  );
  const ids = new Set(definitions.map(({ id }) => id));
  expect([...ids].filter((id) => !proven.has(id))).toEqual([]);
  expect([...proven].filter((id) => !ids.has(id))).toEqual([]);
});

describe('what counts as worked out', () => {
  test.each([
    `expect(await shop.values('a', day)).toEqual({ '2026-01-01': 3 });`,
    `expect(await of('a')).toEqual([-0.5, -2, 4]);`,
    `expect(await shop.fractions('a')).toMatchObject({ ...{ '2026-01-01': ['6.25', '12.50', 2] } });`,
  ])('%s', (source) => expect([...indicatorsWorkedOut(source)]).toEqual(['a']));

  test.each([
    `// expect(await of('a')).toEqual([1])`,
    `const told = "expect(await of('a')).toEqual([1])";`,
    `const ids = ['a'];`,
    `await shop.values('a', day);`,
    `expect(await shop.values('a')).toEqual({});`,
    `expect(await shop.values('a')).toEqual({ '2026-01-01': 0, '2026-01-02 3': '0.00' });`,
    `expect(await shop.values('a')).toEqual({ '2026-01-01': null });`,
    `expect(await of('a')).toEqual([0, 0, 4]);`,
    `expect(await shop.fractions('a')).toEqual({ '2026-01-01': [null, 3, 0] });`,
    `expect(await shop.values('a')).toEqual(await shop.values('b'));`,
    `expect(await shop.values('a')).not.toEqual({ '2026-01-01': 1 });`,
    `expect(1).toEqual(1); shop.values('a');`,
    `expect(shop.values('a')).toEqual({ '2026-01-01': 1 });`,
    `expect(await told('a')).toEqual([1]);`,
  ])('not %s', (source) => expect([...indicatorsWorkedOut(source)]).toEqual([]));
});
