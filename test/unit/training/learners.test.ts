import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../../src/http/document/document.ts';
import { projectPath } from '../../../src/project.ts';
import { isOfWholeRuns, learners, learnersOf, servedTables } from '../../../src/training/learners/index.ts';
import { type AnyLearner, learnerKinds } from '../../../src/training/learners/learner.ts';
import { kinds } from '../../../src/versions/index.ts';

const all: AnyLearner[] = Object.values(learners);
const { schemas } = readDocument().json['components'];

describe('every kind of model', () => {
  test('is learnt, and by a learner of that name', () => {
    expect(Object.keys(learners)).toEqual([...learnerKinds]);
    expect(all.map(({ kind }) => kind)).toEqual([...learnerKinds]);
  });

  test('is a kind of the contract, and so is its recipe', () => {
    expect(schemas.ModelKind.enum).toEqual([...kinds]);
    const named = Object.keys(schemas.TrainingRequest.properties.recipes.properties);
    expect(named.sort()).toEqual([...learnerKinds].sort());
  });

  test.each(learnerKinds)('%s has a recipe that it may have, and a card', (kind) => {
    const { recipe, schema } = learners[kind];
    expect(schema.parse(recipe)).toEqual(recipe);
    for (const file of ['recipe.json', 'recipe.ts', 'CARD.md']) {
      expect({ file, exists: existsSync(projectPath('models', kind, file)) }).toEqual({ file, exists: true });
    }
  });

  test('is learnt after what it needs', () => {
    const tooEarly = all.flatMap(({ kind, needs }) =>
      needs.filter((need) => learnerKinds.indexOf(need) >= learnerKinds.indexOf(kind)),
    );
    expect(tooEarly).toEqual([]);
    expect(learners['customer-tags'].needs).toEqual(['customer-value']);
  });

  test('has served tables that no other kind fills', () => {
    const tables = Object.values(servedTables).flat();
    expect(new Set(tables).size).toBe(tables.length);
    expect(Object.values(servedTables).every((theirs) => theirs.length > 0)).toBe(true);
  });
});

test('a run of some models learns these in the order of learning; what campaigns teach is learnt by whole runs', () => {
  const kindsOf = (models: readonly (typeof kinds)[number][]) => learnersOf(models).map(({ kind }) => kind);
  expect(kindsOf(['customer-tags', 'popularity'])).toEqual(['popularity', 'customer-tags']);
  expect(kindsOf(kinds)).toEqual([...learnerKinds]);
  expect(kindsOf(kinds.slice(1))).not.toContain('coupon-response');
  expect(learnerKinds.filter(isOfWholeRuns)).toEqual(['customer-labels', 'coupon-response']);
  expect(isOfWholeRuns('constructor')).toBe(false);
});
