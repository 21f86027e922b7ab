import { type Group, groups, type KlaviyoGroup, klaviyoGroups } from '../../models/segmentation/index.ts';

/** A segment that the night finds. */
export type LearntSegment =
  | { kind: 'group'; group: Group }
  | { kind: 'klaviyo'; group: KlaviyoGroup }
  | { kind: 'cell'; cell: string }
  | { kind: 'cluster'; cluster: number };

/** A segment that a person defines, by a rule or as a list. */
export interface DefinedSegmentName {
  kind: 'rule' | 'list';
  name: string;
}

/** A segment by its kind and what names it within the kind. */
export type Segment = LearntSegment | DefinedSegmentName;
export type LearntKind = LearntSegment['kind'];
export type DefinedKind = DefinedSegmentName['kind'];
/** A kind of segments, the first part of their ids. */
export type SegmentKind = Segment['kind'];

/** What stands behind the dash of an id of each learnt kind, as a regular expression. */
const learntForms: Record<LearntKind, string> = {
  group: `(${groups.join('|')})`,
  klaviyo: `(${klaviyoGroups.join('|')})`,
  cell: '[1-5]{3}',
  cluster: '[1-9][0-9]?',
};
const definedForm = '[a-z0-9][a-z0-9-]{0,62}';

export const learntKinds = Object.keys(learntForms) as LearntKind[];
export const definedKinds = ['rule', 'list'] as const satisfies readonly DefinedKind[];

function patternOf(kinds: readonly LearntKind[]): string {
  const learnt = kinds.map((kind) => `${kind}-${learntForms[kind]}`);
  return `^(${[...learnt, `(${definedKinds.join('|')})-${definedForm}`].join('|')})$`;
}

/** The ids of segments as the contract has them: of all, of those whose changes are kept, and of those that a person defines. */
export const segmentIdPatterns = {
  all: patternOf(learntKinds),
  tracked: patternOf(learntKinds.filter((kind) => kind !== 'cell')),
  defined: `^(${definedKinds.join('|')})-${definedForm}$`,
};

const anySegmentId = new RegExp(segmentIdPatterns.all);

/** The id of a segment, which `parseSegmentId` takes apart again. */
export function segmentIdOf(segment: Segment): string {
  switch (segment.kind) {
    case 'group':
    case 'klaviyo':
      return `${segment.kind}-${segment.group}`;
    case 'cell':
      return `${segment.kind}-${segment.cell}`;
    case 'cluster':
      return `${segment.kind}-${segment.cluster}`;
    case 'rule':
    case 'list':
      return `${segment.kind}-${segment.name}`;
  }
}

/** undefined: no segment can have this id. */
export function parseSegmentId(segmentId: string): Segment | undefined {
  if (!anySegmentId.test(segmentId)) return undefined;
  const dash = segmentId.indexOf('-');
  const [kind, rest] = [segmentId.slice(0, dash) as SegmentKind, segmentId.slice(dash + 1)];
  switch (kind) {
    case 'group':
      return { kind, group: rest as Group };
    case 'klaviyo':
      return { kind, group: rest as KlaviyoGroup };
    case 'cell':
      return { kind, cell: rest };
    case 'cluster':
      return { kind, cluster: Number(rest) };
    case 'rule':
    case 'list':
      return { kind, name: rest };
  }
}

/** Is it the id of a segment that a person defines? */
export function isDefinedSegment(segmentId: string): boolean {
  return isDefined(parseSegmentId(segmentId));
}

export function isDefined(segment: Segment | undefined): segment is DefinedSegmentName {
  return segment?.kind === 'rule' || segment?.kind === 'list';
}

/** SQL of the ids of the learnt segments of a row of `customer_segments`, by kind; null where it is in none. */
export function segmentIdColumns(row: string): Record<LearntKind, string> {
  return {
    group: `'group-' || ${row}.customer_group`,
    klaviyo: `'klaviyo-' || ${row}.klaviyo_group`,
    cell: `'cell-' || ${row}.recency_score || ${row}.frequency_score || ${row}.monetary_score`,
    cluster: `'cluster-' || ${row}.cluster`,
  };
}
