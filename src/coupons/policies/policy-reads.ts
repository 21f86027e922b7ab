import type { TagKind } from '../../segments/index.ts';
import { type AttributeCondition, nameOf, type Policy } from './policy.ts';

/** What policies ask of customers beside what every decision reads. */
export interface PolicyReads {
  readonly segments: readonly string[];
  readonly tags: readonly TagKind[];
  readonly attributes: readonly AttributeCondition[];
  readonly value: boolean;
  readonly ordered: boolean;
}

export function readsOf(policies: readonly Policy[]): PolicyReads {
  const conditions = policies.flatMap((policy) =>
    policy.kind === 'rules' ? policy.rules.map(({ when }) => when) : [],
  );
  const attributes = new Map(
    conditions.flatMap(({ attributes: asked = [] }) => asked.map((one) => [nameOf(one), one] as const)),
  );
  return {
    segments: [
      ...new Set(conditions.flatMap(({ segments = [], notSegments = [] }) => [...segments, ...notSegments])),
    ].sort(),
    tags: [...new Set(conditions.flatMap(({ tags = [] }) => tags.map(({ tag }) => tag)))].sort(),
    attributes: [...attributes.values()],
    value: conditions.some(({ value }) => value !== undefined),
    ordered:
      policies.some(({ kind }) => kind === 'first-order') || conditions.some(({ ordered }) => ordered !== undefined),
  };
}

/** Whether there is more than segments to be read. */
export function isAnyRead({ tags, attributes, value, ordered }: PolicyReads): boolean {
  return value || ordered || tags.length > 0 || attributes.length > 0;
}

/** Whether whoever read the first has read all of the second too. */
export function covers(read: PolicyReads, asked: PolicyReads): boolean {
  const names = new Set(read.attributes.map(nameOf));
  return (
    asked.segments.every((id) => read.segments.includes(id)) &&
    asked.tags.every((tag) => read.tags.includes(tag)) &&
    asked.attributes.every((one) => names.has(nameOf(one))) &&
    (read.value || !asked.value) &&
    (read.ordered || !asked.ordered)
  );
}
