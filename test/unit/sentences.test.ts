import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { chineseSentences } from '../../src/console/texts/sentences.ts';
import { readDocument } from '../../src/http/index.ts';
import { projectRoot } from '../../src/project.ts';
import { readSentences, type SentenceKey, say, sentences, sentencesWithin } from '../../src/sentences/index.ts';

const keys = Object.keys(sentences) as SentenceKey[];
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)(?::\w+)?\}/g)].map(([, name]) => name).sort();

/** All of src that speaks to people, and the models, which say why they refuse. */
const files = ['src', 'models'].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && !/^(console|cli|sample-shop|sentences)\//.test(file) && file !== 'http/contract.ts',
    )
    .map((file) => join(projectRoot, folder, file)),
);

describe('sentences of the service', () => {
  test('are the keys of the contract', () => {
    expect(readDocument().json['components'].schemas.Sentence.properties.key.enum.toSorted()).toEqual(keys.toSorted());
  });

  // Would see: a Chinese text that leaves a figure out, or one that would show a name in braces.
  test('hold the same in Chinese, which says nothing in English', () => {
    const differing = keys.filter((key) => `${namesIn(sentences[key])}` !== `${namesIn(chineseSentences[key])}`);
    expect(differing).toEqual([]);
    expect(keys.filter((key) => !/[\u4e00-\u9fff]/.test(chineseSentences[key]) && key !== 'expected.uuid')).toEqual([]);
  });

  // Would see: two that cannot be told apart, a value that swallows what follows it.
  test('are read back from what was said', () => {
    const misread = keys.filter((key) => {
      const values = Object.fromEntries(namesIn(sentences[key]).map((name, place) => [name, `${place + 3}.5`]));
      const [read, ...more] = readSentences(say(key, values as never));
      return (
        more.length > 0 ||
        read?.key !== key ||
        JSON.stringify(Object.entries(read.values).sort()) !== JSON.stringify(Object.entries(values).sort())
      );
    });
    expect(misread).toEqual([]);
  });

  // Would see: a name that somebody gives to a campaign, and that blocks the process for minutes when it is read.
  test('cost little to read, whatever people have written', () => {
    const started = process.cpuUsage();
    for (const key of keys) {
      const literals = sentences[key].split(/\{\w+\}/);
      const room = Math.floor((1_900 - literals.join('').length) / literals.length);
      // Each value holds many times what ends it, and the whole is none at its end.
      const values = literals.slice(1).map((literal) => `a${literal}`.repeat(Math.floor(room / (literal.length + 1))));
      const text = literals.map((literal, place) => literal + (values[place] ?? '')).join('');
      readSentences(`${text} !`.slice(0, 2_000));
      expect(readSentences(`${`${say('decision.control', {})} `.repeat(15)}x`)).toEqual([]);
    }
    const { user } = process.cpuUsage(started);
    expect(user / 1_000 / keys.length).toBeLessThan(60);
  });

  test('are read one after the other, and not at all where one is not known', () => {
    const [first, second] = [say('decision.likes-discounts', {}), say('decision.control', {})];
    expect(readSentences(`${first} ${second}`).map(({ key }) => key)).toEqual([
      'decision.likes-discounts',
      'decision.control',
    ]);
    expect(readSentences(`${first} Nobody says so.`)).toEqual([]);
    expect(readSentences(say('reason.because-bought', { item: 'Tea 0.5 l. No. 3' }))).toEqual([
      { key: 'reason.because-bought', values: { item: 'Tea 0.5 l. No. 3' } },
    ]);
    expect(sentencesWithin({ items: [{ reason: first, other: 'x' }] })).toEqual({
      [first]: [{ key: 'decision.likes-discounts', values: {} }],
    });
  });

  // Would see: a text of the service that was changed here or there only, so that it is in English on Chinese pages.
  test('are said somewhere, word by word', () => {
    const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const said = (key: SentenceKey) =>
      sources.includes(`'${key}'`) || wordsOf(sentences[key]).every((words) => sources.includes(words));
    expect(keys.filter((key) => !said(key) && !ofOthers.test(key))).toEqual([]);
  });

  // Would see: a refusal that somebody adds without a key.
  test('hold every fault and refusal that a request meets', () => {
    const unknown = files.flatMap(refusalsIn).filter((text) => readSentences(text).length === 0);
    expect(unknown.filter((text) => !unsaid.includes(text))).toEqual([]);
  });
});

/** Ajv says these, or models and readers of files, which put them together of parts. */
const ofOthers =
  /^(fault\.(least|most|more-than|less-than|shortest|longest|fewest|most-items|fewest-fields|most-fields|twice-in-list|pattern|format|type|constant|no-such-version|token-foreign)|effect\.(no-control|too-few|uneven|earns|loses|unclear)|lists\.(no-control|too-few|uneven)|response\.|decision\.(and|but)-|feature\.|expected\.|cluster\.)/;

/** The longest runs of words between values, without the quotation marks that a source may write otherwise. */
function wordsOf(text: string): string[] {
  const parts = text.split(/\{\w+\}|["'’]/).map((part) => part.trim());
  return parts.filter((part) => part.length >= 12);
}

/** Said by the command line only, put together of texts that are known each, or with a part that is left out. */
const unsaid = [
  ...[
    '7; and there are more',
    '7, and there are more.',
    '7.',
    '7 7.',
    'row 7: 7',
    '7 is for 7 only',
    '7 is no indicator7',
    '7 7',
    'is 7',
  ],
  ...['holds nothing of a customer of this shop', 'is on this list already', 'is taken on this list already'],
  ...['7 cannot be used', '7 cannot be read: 7', "7. The file's columns are 7"],
];

/** The texts that a file hands to a fault or a refusal; `7` stands for every value in them. */
function refusalsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (!/invalidField|fault\(|notFound\(|PannierError\(|message:/.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const textsOf = (node: ts.Node | undefined): string[] => {
    if (!node) return [];
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
    if (ts.isTemplateExpression(node))
      return [node.head.text + node.templateSpans.map(({ literal }) => `7${literal.text}`).join('')];
    if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
    return [];
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText();
      if (name === 'invalidField') found.push(...textsOf(node.arguments[1]));
      if (name === 'fault' && node.arguments.length === 2) found.push(...textsOf(node.arguments[1]));
      if (name === 'notFound') found.push(...textsOf(node.arguments[0]).map((what) => `No such ${what}.`));
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'PannierError')
      found.push(...textsOf(node.arguments?.[1]));
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'message') found.push(...textsOf(node.initializer));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
