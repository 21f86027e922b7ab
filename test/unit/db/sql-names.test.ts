import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';
import { sqlOf, unqualifiedNames } from '../../support/service/sql-names.ts';

describe('names in sub-selects that look outside', () => {
  // What was left of an order's line was compared with the refund's own line number, because `line_number` was both tables'.
  test('the fault that this test is here for is found', () => {
    const faulty = `select line_number from order_lines, lateral (
      select sum(link.quantity) as refunded from refund_links link
      where link.order_key = order_lines.order_key and link.order_line_number = line_number) as refunds`;
    expect(unqualifiedNames(faulty).map(({ names }) => names)).toEqual([['line_number']]);
    expect(unqualifiedNames(faulty.replace('= line_number)', '= order_lines.line_number)'))).toEqual([]);
  });

  test.each([
    ['select from a where exists (select from b where b.x = a.x and y > 1)', [['y']]],
    ['select from a where exists (select from b where x = z)', [['x', 'z']]],
    ['select from a where x in (select x from b where y > 1)', []],
    ['select (select max(n) from b where b.x = a.x) from a', [['n']]],
    ['select from a, lateral (select c.n as m from b as c join d using (k) where c.x = a.x order by c.n) as e', []],
    // `$0` is what a template puts in.
    ['select from a where exists (select from b where b.$0 = a.$0)', []],
    ['select from a where exists (select from b where b.$0 = a.$0 and $0 = y)', [['y']]],
    ['select from a where exists (select from unnest(a.keys) as held (k, place) where held.k = $1::int)', []],
  ])('%s', (sql, expected) => {
    expect(unqualifiedNames(sql).map(({ names }) => names)).toEqual(expected);
  });

  test('no source has any', () => {
    const files = readdirSync(projectPath('src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const faults = files.flatMap((name) =>
      sqlOf(readFileSync(join(projectPath('src'), name), 'utf8'))
        .flatMap(unqualifiedNames)
        .map(({ names, where }) => `${name}: ${names.join(', ')} in ${where}`),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(faults).toEqual([]);
  });

  test('no migration has any', () => {
    // Those from before are applied and stay as they are; they were read and mean what they do.
    const names = readdirSync(projectPath('migrations')).filter((name) => /^\d/.test(name) && name >= '0017');
    const faults = names.flatMap((name) =>
      unqualifiedNames(readFileSync(join(projectPath('migrations'), name), 'utf8')).map(
        ({ names: found, where }) => `${name}: ${found.join(', ')} in ${where}`,
      ),
    );
    expect(faults).toEqual([]);
  });
});
