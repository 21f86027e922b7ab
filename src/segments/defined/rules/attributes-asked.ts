import { isDefined, type LearntKind, parseSegmentId } from '../../segment-id.ts';
import { readDefinition } from './read-definition.ts';
import { type Condition, conditionsOf } from './segment-rule.ts';

/** The attributes of a customer that a learnt segment of each kind reports. */
const attributesOfKind: Record<LearntKind, readonly string[]> = {
  group: ['group'],
  klaviyo: ['klaviyo_group'],
  cell: ['recency_score', 'frequency_score', 'monetary_score'],
  cluster: ['cluster'],
};

/** What a rule asks of customers. */
export interface AskedAttributes {
  /** names as decisions use them: of tags, RFM, value, behaviours and customers' attributes, and what a learnt segment reports */
  attributes: string[];
  /** segments defined by a person, which ask for more */
  segmentIds: string[];
}

export function attributesAsked(definition: unknown): AskedAttributes {
  const found: AskedAttributes = { attributes: [], segmentIds: [] };
  // Names do not depend on the currency.
  const rule = readDefinition(definition, { at: '/definition', minorDigits: 2 });
  for (const { condition } of conditionsOf(rule)) collectCondition(condition, found);
  return found;
}

function collectCondition(condition: Condition, found: AskedAttributes): void {
  if (condition.kind === 'tag') found.attributes.push(condition.tag.replaceAll('-', '_'));
  else if (condition.kind === 'random') return;
  else if (condition.kind === 'last')
    found.attributes.push(condition.what === 'ordered' ? 'recency_days' : 'last_seen');
  else if (condition.kind === 'coupons') found.attributes.push(`coupons_${condition.what}`);
  else if (condition.kind === 'behaviour' || condition.kind === 'spend') {
    const { channel, store, language } = condition;
    found.attributes.push(condition.kind === 'spend' ? 'spend' : condition.behaviour);
    found.attributes.push(
      ...Object.entries({ channel, store, language }).flatMap(([name, asked]) => (asked ? [name] : [])),
    );
  } else if (condition.kind === 'attribute' || condition.kind === 'prediction') found.attributes.push(condition.name);
  else if (condition.kind !== 'segment') found.attributes.push(condition.field);
  else for (const id of condition.segmentIds) collectSegment(id, found);
}

function collectSegment(segmentId: string, found: AskedAttributes): void {
  const segment = parseSegmentId(segmentId)!;
  if (isDefined(segment)) found.segmentIds.push(segmentId);
  else found.attributes.push(...attributesOfKind[segment.kind]);
}
