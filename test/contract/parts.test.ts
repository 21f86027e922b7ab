import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isMap, parse, parseDocument, visit } from 'yaml';
import { readDocument } from '../../src/http/index.ts';
import { projectPath } from '../../src/project.ts';
import { thoroughly, usually } from '../support/jest/thorough.ts';

const document = readDocument();
/** In the order in which data flows; what all share lies with http. */
const ring = [
  'http',
  'keys',
  'accounts',
  'audit',
  'versions',
  'intake',
  'connectors',
  'experiments',
  'recommendations',
  'segments',
  'coupons',
  'outcomes',
  'indicators',
];
const stations = [...ring, 'training', 'instances', 'doctor'];
const partOf = (station: string) => projectPath('src', station, 'contract.yaml');
const withPart = readdirSync(projectPath('src')).filter((folder) => existsSync(partOf(folder)));

describe('the parts of the contract', () => {
  thoroughly.test('make openapi.yaml, which is fresh', () => {
    const check = [projectPath('src', 'http', 'bundle-contract.mjs'), '--check'];
    expect(execFileSync(process.execPath, check, { encoding: 'utf8' })).toBe('');
  });

  usually.test('lie with stations, and name only what is theirs, common, or of a station before them', () => {
    expect(withPart.filter((folder) => !stations.includes(folder))).toEqual([]);
    const parts = stations
      .filter((station) => withPart.includes(station))
      .map((station) => ({ station, text: readFileSync(partOf(station), 'utf8') }));
    const known = new Set<string>();
    for (const { station, text } of parts) {
      const { components = {} } = parse(text);
      for (const [kind, named] of Object.entries<object>(components)) {
        for (const name of Object.keys(named)) known.add(`#/components/${kind}/${name}`);
      }
      const named = [...text.matchAll(/\$ref: '(.+?)'/g)].map(([, reference]) => reference);
      expect([station, named.filter((reference) => !known.has(reference))]).toEqual([station, []]);
    }
  });

  usually.test.each(['openapi.yaml', ...withPart.map((folder) => `src/${folder}/contract.yaml`)])(
    '%s is in block style, in lines of up to 120',
    (path) => {
      const text = readFileSync(projectPath(...path.split('/')), 'utf8');
      expect(text.split('\n').filter((line) => [...line].length > 120)).toEqual([]);
      const inLine: string[] = [];
      visit(parseDocument(text), (_key, node) => {
        if (isMap(node) && node.flow && node.items.length > 0) inLine.push(String(node));
      });
      expect(inLine).toEqual([]);
    },
  );
});

usually.describe('what every operation may answer follows from its form', () => {
  // Would see: an operation that the rule has passed over, and a status that cannot come.
  test.each(document.operations.map((operation) => [operation.id, operation] as const))('%s', (_, operation) => {
    const { id, scopes, parameters, bodySchema, uploads, responses } = operation;
    // Whoever signs in is asked for what they may, and by no other site, before they have a key or a session.
    const isGuarded = scopes.length > 0 || id === 'signIn';
    // Who sends a delivery shows it by a signature, and may nothing else.
    const isSigned = id === 'receiveDelivery';
    const has = (status: number) => responses.has(status);
    const good = [...responses].find(([status]) => status < 300)![1];
    expect(has(400)).toBe(true);
    expect([has(401), has(403), has(503) || !isGuarded]).toEqual([isGuarded || isSigned, isGuarded, true]);
    const hasBody = (bodySchema ?? uploads) !== undefined;
    expect([has(413), has(415)]).toEqual([hasBody, hasBody]);
    expect(has(406)).toBe(good.size > 1);
    expect(has(431)).toBe(parameters.some(({ in: place, schema }) => place === 'query' && schema['type'] === 'array'));
  });

  test('404 where a path names something that may not be there', () => {
    const without = document.operations
      .filter(({ parameters, responses }) => parameters.some((one) => one.in === 'path') && !responses.has(404))
      .map(({ id }) => id);
    // A customer whom nobody knows gets the popular items; of a kind of model there may be no version yet;
    // a user whom nobody knows is made, and so is a feed, and a connector, whose platform is one of few.
    expect(without.sort()).toEqual([
      'explainCustomerRecommendations',
      'getCustomerRecommendations',
      'listModelVersions',
      'receiveDelivery',
      'setConnector',
      'setFeed',
      'setUser',
    ]);
  });
});
