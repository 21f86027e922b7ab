import { expect, test } from '@jest/globals';
import { createBarState, writtenBar } from '../../../src/cli/terminal/output.ts';

function atTime() {
  let now = 0;
  return { state: createBarState(() => now), pass: (seconds: number) => (now += 1_000 * seconds) };
}

test('a bar begins at 0 %, also before it is known how much there is', () => {
  const { state } = atTime();
  expect(state.shown()).toBe(0);
  state.update(0, 0);
  expect(state.shown()).toBe(0);
  expect(state.left()).toBe('');
});

test('it moves within a long step, never past its end and never back', () => {
  const { state, pass } = atTime();
  state.update(2, 10, 1);
  const seen = [state.shown()];
  for (let second = 0; second < 400; second++) {
    pass(1);
    state.update(2, 10, 1);
    seen.push(state.shown());
  }
  for (const [index, shown] of seen.entries()) if (index > 0) expect(shown).toBeGreaterThan(seen[index - 1]);
  expect(seen.at(-1)).toBeGreaterThan(0.28);
  expect(seen.at(-1)).toBeLessThan(0.3);
  state.update(3, 10, 1);
  expect(state.shown()).toBe(0.3);
  state.update(10, 10, 1);
  expect(state.shown()).toBe(1);
});

test('what is left is whole words with a number, or nothing', () => {
  const { state, pass } = atTime();
  for (const done of [0, 0, 1, 5, 9, 10]) {
    state.update(done, 10);
    expect(state.left()).toMatch(/^( · about [1-9]\d* s left)?$/);
    pass(3);
  }
  const halfway = atTime();
  halfway.pass(10);
  halfway.state.update(5, 10);
  expect(halfway.state.left()).toBe(' · about 10 s left');
});

// Would see: a log of a hundred lines that all say 100 %.
test('without a terminal nothing is written twice at the same percentage, whatever takes turns', () => {
  const lines: string[] = [];
  const bar = writtenBar('Shop', (line) => lines.push(line));
  for (const done of [5, 10, 11, 12]) {
    for (const kind of ['orders', 'refunds', 'orders', 'refunds']) bar.update(done, 10, kind);
  }
  bar.stop();
  const at = (percentage: number) => ['orders', 'refunds'].map((kind) => `Shop ${percentage} % · ${kind}\n`);
  expect(lines).toEqual(['Shop 0 %\n', ...at(50), ...at(100)]);
});
