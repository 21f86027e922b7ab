import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { definitions } from '../../../src/indicators/definitions/definitions.ts';
import { projectPath } from '../../../src/project.ts';

const glossary = readFileSync(projectPath('docs/glossary.md'), 'utf8');
/** `| customer | 客户 | 顾客 |`: a word, how it is said in Chinese, and how it is not. */
const chinese = [...glossary.slice(glossary.indexOf('## In Chinese')).matchAll(/^\| (.+?) \| (.+?) \| (.*?) ?\|$/gm)]
  .map(([, word, said, unsaid]) => ({ word, said: said.split(', '), unsaid: unsaid.split(', ').filter(Boolean) }))
  .filter(({ word }) => word !== 'word');

const folder = projectPath('src/console');
const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ where: file, text: readFileSync(join(folder, file), 'utf8') }))
  .concat(definitions.map(({ id, name, meaning }) => ({ where: id, text: `${name.zh} ${meaning.zh}` })));

// Would see: two words for one concept, such as 顾客 on one page and 客户 on the next.
test('one concept is one word in Chinese too: the words of the glossary, and none of the others', () => {
  expect(chinese.length).toBeGreaterThan(15);
  const wrong = texts.flatMap(({ where, text }) =>
    chinese.flatMap(({ unsaid }) => unsaid.filter((one) => text.includes(one)).map((one) => `${where}: ${one}`)),
  );
  expect(wrong).toEqual([]);
  const all = texts.map(({ text }) => text).join();
  expect(chinese.filter(({ said }) => !said.every((one) => all.includes(one))).map(({ word }) => word)).toEqual([]);
});
