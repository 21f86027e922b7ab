import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { recipe } from '../../../models/collaborative-filtering/index.ts';
import { readDocument } from '../../../src/http/document/document.ts';
import {
  behaviours,
  behaviourTypes,
  countedItemEventTypes,
  countedTypes,
  eventTypes,
} from '../../../src/intake/behaviours.ts';
import { projectPath } from '../../../src/project.ts';

const { schemas } = readDocument().json['components'];
const sorted = (types: readonly string[]) => [...types].sort();

test('each type has a number of its own that fits where it is packed', () => {
  const numbers = behaviourTypes.map((type) => behaviours[type].number);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers)
    expect([number >= 0, number < 16, Number.isInteger(number)]).toEqual([true, true, true]);
});

test('the contract takes every type of event and no other', () => {
  expect(sorted(schemas.Event.properties.type.enum)).toEqual(sorted(eventTypes));
});

test('the database has every type of event and no other', () => {
  const schema = readFileSync(projectPath('migrations', 'schema.sql'), 'utf8');
  const [, names] = /create type event_type as enum \(([^)]*)\)/.exec(schema)!;
  expect(sorted(names.split(',').map((name) => name.trim().replaceAll("'", '')))).toEqual(sorted(eventTypes));
});

test('the contract lets rules of segments count what is counted, and ask of events with an item what was not bought', () => {
  const rules = schemas.SegmentRule.oneOf
    .map(({ properties }: { properties: any }) => properties)
    .filter((properties: any) => properties?.behaviour);
  const countedBy = (rule: any): string[] => rule.behaviour.enum;
  expect(sorted(rules.flatMap(countedBy))).toEqual(sorted(countedTypes));
  expect(sorted(rules.filter((rule: any) => rule.not_bought?.const !== false).flatMap(countedBy))).toEqual(
    sorted(countedItemEventTypes),
  );
});

test('the recipe of lists weighs what tells of taste and nothing else', () => {
  const tasting = behaviourTypes.filter((type) => behaviours[type].tastes);
  expect(sorted(Object.keys(recipe.behaviourWeights))).toEqual(sorted(tasting));
});
