import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';

/** What every migration makes together. */
const schema = readFileSync(projectPath('migrations/schema.sql'), 'utf8');
const count = (pattern: RegExp) => [...schema.matchAll(pattern)].length;

/** What docs/scale.md says of a shop's schema, for servers that shard by schemas. */
describe('the schema of a shop can lie on a node of its own', () => {
  test('no foreign key leaves it', () => {
    const targets = [...schema.matchAll(/\bREFERENCES\s+([^\s(]+)/gi)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(50);
    expect(targets.filter((target) => target.includes('.'))).toEqual([]);
  });

  test('it has no rule, view, extension or exclusion constraint', () => {
    expect(count(/^create\s+table\s/gim)).toBeGreaterThan(80);
    expect(
      count(/^create\s+(or\s+replace\s+)?(rule|view|materialized\s+view|extension|server|foreign\s+table)\s/gim),
    ).toBe(0);
    expect(count(/\bexclude\s+using\b/gi)).toBe(0);
  });

  test('no partition is partitioned', () => {
    expect(count(/\) partition by /gi)).toBeGreaterThan(5);
    expect(count(/partition of [^;]*partition by/gi)).toBe(0);
  });

  test('triggers for each statement only guard against truncate', () => {
    const triggers = [...schema.matchAll(/^create (?:constraint )?trigger [^;]*;/gim)].map(([trigger]) => trigger);
    expect(triggers.length).toBeGreaterThan(20);
    const ofStatements = triggers.filter((trigger) => !/for each row/i.test(trigger));
    expect(ofStatements.filter((trigger) => !/ before truncate on /i.test(trigger))).toEqual([]);
  });

  test('no function names another schema', () => {
    const functions = schema.match(/^create function[\s\S]*?\n(?:\$\w*\$|end)[^\n]*;/gim) ?? [];
    expect(functions.length).toBeGreaterThan(5);
    for (const body of functions)
      expect(body).not.toMatch(/\b(from|join|into|update)\s+(?!pg_catalog\.)[a-z_]+\.[a-z_]+\s/i);
  });
});
