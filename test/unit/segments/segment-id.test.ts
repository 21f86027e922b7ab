import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { groups, klaviyoCodes, klaviyoGroups } from '../../../models/segmentation/index.ts';
import { projectRoot } from '../../../src/project.ts';
import {
  definedKinds,
  isDefinedSegment,
  learntKinds,
  parseSegmentId,
  type Segment,
  segmentIdColumns,
  segmentIdOf,
  segmentIdPatterns,
} from '../../../src/segments/segment-id.ts';

const text = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
const { schemas } = parse(text('openapi.yaml')).components;

describe('ids of segments', () => {
  const every: Segment[] = [
    ...groups.map((group) => ({ kind: 'group' as const, group })),
    ...klaviyoGroups.map((group) => ({ kind: 'klaviyo' as const, group })),
    { kind: 'cell', cell: '111' },
    { kind: 'cell', cell: '555' },
    { kind: 'cluster', cluster: 1 },
    { kind: 'cluster', cluster: 99 },
    { kind: 'rule', name: 'a' },
    { kind: 'list', name: 'friends-of-2026' },
  ];

  test('there are segments of every kind to look at', () => {
    expect(new Set(every.map(({ kind }) => kind))).toEqual(new Set([...learntKinds, ...definedKinds]));
  });

  test.each(every)('%j is read back from its id, and the id is of its kind', (segment) => {
    const id = segmentIdOf(segment);
    expect(id.startsWith(`${segment.kind}-`)).toBe(true);
    expect(parseSegmentId(id)).toEqual(segment);
    expect(isDefinedSegment(id)).toBe(segment.kind === 'rule' || segment.kind === 'list');
  });

  test.each([
    'group-',
    'group-best',
    'klaviyo-high-value',
    'cell-55',
    'cell-650',
    'cluster-0',
    'cluster-100',
    'rule-',
    'rule-A',
    'list--a',
    'other-a',
    'group-high-value\n',
    '',
  ])('%j is no id', (id) => {
    expect(parseSegmentId(id)).toBeUndefined();
    expect(isDefinedSegment(id)).toBe(false);
  });

  test('have the patterns of the contract', () => {
    expect(schemas.SegmentId.pattern).toBe(segmentIdPatterns.all);
    expect(schemas.TrackedSegmentId.pattern).toBe(segmentIdPatterns.tracked);
    expect(schemas.DefinedSegmentId.pattern).toBe(segmentIdPatterns.defined);
    expect(new Set(schemas.SegmentKind.enum)).toEqual(new Set(learntKinds));
  });

  test('of groups are contexts of rules in the contract', () => {
    expect(JSON.stringify(schemas)).toContain(`|group-(${groups.join('|')}))$`);
  });

  test('are made alike in SQL: the kind, a dash, and columns of the row', () => {
    for (const [kind, sql] of Object.entries(segmentIdColumns('row'))) {
      expect(sql).toMatch(new RegExp(`^'${kind}-'( \\|\\| row\\.\\w+)+$`));
    }
  });
});

describe('groups', () => {
  test('are those of the contract, the glossary and the card', () => {
    expect(schemas.Group.enum).toEqual(groups);
    expect(text('docs/glossary.md')).toContain(groups.join(', '));
    const card = text('models/segmentation/CARD.md');
    expect(card).toContain(groups.join(' / '));
    expect(card).toContain(klaviyoGroups.join(', '));
  });

  test("Klaviyo's six share the 27 codes out among them", () => {
    const codes = klaviyoGroups.flatMap((group) => klaviyoCodes[group]);
    expect([codes.length, new Set(codes).size]).toEqual([27, 27]);
    expect(Object.keys(klaviyoCodes)).toEqual([...klaviyoGroups]);
  });
});

test('an id of a segment is made and read in one place', () => {
  const names = [...learntKinds, ...definedKinds].join('|');
  const made = new RegExp(`['\`](${names})-['$]|\\((rule\\|list|list\\|rule)\\)-`);
  const files = ['src', 'models'].flatMap((folder) =>
    (readdirSync(join(projectRoot, folder), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts') && !file.endsWith('contract.ts'))
      // The console knows the contract alone, which says how ids of learnt segments are written.
      .filter((file) => !file.startsWith('console/'))
      .map((file) => join(folder, file)),
  );
  expect(files.length).toBeGreaterThan(200);
  const wrong = files.filter((file) => made.test(text(file)) && file !== 'src/segments/segment-id.ts');
  expect(wrong).toEqual([]);
});
