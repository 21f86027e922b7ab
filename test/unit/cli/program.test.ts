import { describe, expect, test } from '@jest/globals';
import { buildProgram } from '../../../src/cli/program.ts';
import { summaries } from '../../../src/cli/summaries.ts';

describe('the commands', () => {
  test('are listed alike, whatever of them is loaded', async () => {
    const whole = (await buildProgram()).helpInformation();
    for (const args of [[], ['train'], ['--shop', 'import', 'keys', 'list']])
      expect((await buildProgram(args)).helpInformation()).toBe(whole);
  });

  test('are those that have a summary, in its order', async () => {
    const names = (await buildProgram()).commands.map((command) => command.name());
    expect(names).toEqual(Object.keys(summaries));
  });

  test('have their own options where they are named', async () => {
    const optionsOf = async (args: string[]) => {
      const train = (await buildProgram(args)).commands.find((command) => command.name() === 'train')!;
      return train.options.map(({ long }) => long);
    };
    expect(await optionsOf(['help', 'train'])).toContain('--as-of');
    expect(await optionsOf([])).toEqual([]);
  });
});
