import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ruleTexts } from '../../../src/console/pages/data/rule-texts.ts';
import { readDocument } from '../../../src/http/index.ts';
import { cleaningRules } from '../../../src/intake/cleaning/rules.ts';
import { projectPath } from '../../../src/project.ts';

const folder = projectPath('src/console');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(join(folder, file), 'utf8'));

// Would see: a page that asks for what only it knows of.
test('the console asks for operations of the contract alone', () => {
  const methods: Record<string, string> = { get: 'get', put: 'put', post: 'post', remove: 'delete' };
  const known = new Set(readDocument().operations.map(({ method, path }) => `${method} ${path}`));
  const used = sources.flatMap((text) =>
    Array.from(
      text.matchAll(/\b(get|put|post|remove)\(\s*'(\/v1[^']*)'/g),
      ([, name, path]) => `${methods[name as string]} ${path}`,
    ),
  );
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((operation) => !known.has(operation))).toEqual([]);
  // There is no other way out: whoever sends states one of these.
  expect(
    sources.filter((text) => /\bfetch\(|XMLHttpRequest|sendBeacon|new WebSocket|new EventSource/.test(text)),
  ).toHaveLength(1);
});

// Would see: a rule of cleaning that the console has no words for, or words for one that is gone.
test('the console has words for every rule of cleaning', () => {
  expect(Object.keys(ruleTexts.en).sort()).toEqual(Object.keys(cleaningRules).sort());
});
