import { describe, expect, test } from '@jest/globals';
import { judgedOn, pairedFigure } from '../../../src/training/evaluation/judged-on.ts';
import type { TrainingRun } from '../../../src/training/runs/run.ts';
import type { ModelVersion } from '../../../src/versions/index.ts';

const version = (number: number, metrics: object = { evaluation: { ndcg_at_10: 0.5 } }) =>
  ({ kind: 'collaborative-filtering', version: number, metrics }) as ModelVersion;
const run = (id: number, before: number | undefined, evaluation?: object) =>
  ({
    trainingRunId: id,
    versionsBefore: before === undefined ? {} : { 'collaborative-filtering': before },
    metrics: evaluation ? { evaluation } : {},
  }) as unknown as TrainingRun;
const evaluation = {
  ...{ cut: '2026-11-02T00:00:00.000Z', window_days: 28, customers: 728, winner: 'published-recipe' },
  comparisons: [
    { against: 'popularity', mean: 0.5, low: 0.4, high: 0.6 },
    { against: 'published-recipe', mean: -0.005, low: -0.009, high: -0.001 },
  ],
};

describe('on what a version was judged', () => {
  test('is the window and the customers of its run', () => {
    expect(judgedOn(version(7), run(3, 4, evaluation))).toEqual({
      ...{ training_run_id: '3', window_days: 28, customers: 728 },
      ...{ from: '2026-11-02T00:00:00.000Z', until: '2026-11-30T00:00:00.000Z' },
    });
  });

  test('is not known without its run, of a run that judged nothing, or of a model that makes no lists', () => {
    expect(judgedOn(version(7), undefined)).toBeNull();
    expect(judgedOn(version(7), run(3, 4))).toBeNull();
    expect(judgedOn(version(7, {}), run(3, 4, evaluation))).toBeNull();
  });
});

describe('what the gate found of two versions', () => {
  const [older, newer] = [version(4), version(7)];
  const found = {
    ...{ training_run_id: '3', version: 7, against: 4, customers: 728 },
    ...{ mean: -0.005, low: -0.009, high: -0.001, keeps_recipe: true },
  };

  test('is of the recipe tried less the served one, whichever stands first', () => {
    const ofNewer = run(3, 4, evaluation);
    expect(pairedFigure([older, run(2, undefined)], [newer, ofNewer])).toEqual(found);
    expect(pairedFigure([newer, ofNewer], [older, undefined])).toEqual(found);
  });

  test('is nothing where the other was not the one served then, or the recipes were the same', () => {
    expect(pairedFigure([version(3), undefined], [newer, run(3, 4, evaluation)])).toBeNull();
    const same = { ...evaluation, comparisons: evaluation.comparisons.slice(0, 1) };
    expect(pairedFigure([older, undefined], [newer, run(3, 4, same)])).toBeNull();
  });
});
