import { type CustomerLabelsRecipe, recipe, recipeSchema } from '../../../models/customer-labels/index.ts';
import {
  type CustomerSegment,
  type CustomerTagging,
  hasPredictions,
  keepAttributes,
  type LabelRow,
  type LearntAttribute,
  learnAttributes,
  type PreparedAttributes,
  prepareAttributes,
  selectDeclared,
} from '../../segments/index.ts';
import { customerTags, type LearntTags } from './customer-tags.ts';
import type { KeptLearner } from './learner.ts';
import { segmentation } from './segmentation.ts';

/** What is read and taken over beside the snapshot. */
interface BesideLabels {
  /** by attribute who has declared what, by customer key */
  declared: ReadonlyMap<string, ReadonlyMap<number, string>>;
  segments: readonly CustomerSegment[];
  tags: LearntTags | undefined;
}

interface LearntOfRun {
  asOf: Date;
  attributes: LearntAttribute[];
}

interface PreparedLabels {
  asOf: Date;
  prepared: PreparedAttributes;
}

/** Learns declared attributes from what this run knows of each customer's behaviour; what was learnt before goes. */
export const customerLabels = {
  kind: 'customer-labels',
  recipe,
  schema: recipeSchema,
  needs: ['segmentation', 'customer-tags'],
  onlyInWholeRuns: true,
  hasWork: async (db, { predictedAttributes = [] }) => predictedAttributes.length > 0 || (await hasPredictions(db)),
  async gather({ db, settings: { predictedAttributes = [] }, learntBy }) {
    const declared = new Map<string, ReadonlyMap<number, string>>();
    for (const name of predictedAttributes) declared.set(name, await selectDeclared(db, name));
    return { declared, segments: learntBy(segmentation)?.segments ?? [], tags: learntBy(customerTags) };
  },
  learn({ recipe, beside: { declared, segments, tags }, settings }) {
    const { minorDigits, seed, asOf, barredAttributes = [] } = settings;
    const rows = () => toRows(segments, tags);
    return {
      asOf,
      attributes: learnAttributes(declared, rows, { minorDigits, seed, recipe, barred: barredAttributes }),
    };
  },
  metrics: ({ attributes }) => ({
    'customer-labels': Object.fromEntries(
      attributes.map(({ name, learnt }) => [name, 'refusal' in learnt ? learnt.refusal : 'learnt']),
    ),
  }),
  kept: {
    prepare: async (_db, { asOf, attributes }) => ({ asOf, prepared: prepareAttributes(attributes) }),
    keep: (tx, trainingRunId, { asOf, prepared }) => keepAttributes(tx, { trainingRunId, asOf }, prepared),
  },
} satisfies KeptLearner<'customer-labels', CustomerLabelsRecipe, LearntOfRun, BesideLabels, PreparedLabels>;

/** What the run knows of each customer with orders; both go by ascending customer key. */
function* toRows(segments: readonly CustomerSegment[], tags: LearntTags | undefined): Generator<LabelRow> {
  const names = new Map(tags?.names.map(({ kind, nameKey, name }) => [`${kind} ${nameKey}`, name]));
  const taggings = (tags?.taggings ?? [])[Symbol.iterator]();
  let next = taggings.next();
  for (const segment of segments) {
    while (!next.done && next.value.customerKey < segment.customerKey) next = taggings.next();
    const tagging = !next.done && next.value.customerKey === segment.customerKey ? next.value : undefined;
    yield toRow(segment, tagging, names);
  }
}

function toRow(
  segment: CustomerSegment,
  tagging: CustomerTagging | undefined,
  names: ReadonlyMap<string, string>,
): LabelRow {
  const { customerKey, recencyDays, frequency, monetaryMinor, discountShare } = segment;
  const categories = (tagging?.categories ?? []).map(
    ({ label, share }) => [names.get(`category ${label}`)!, share] as const,
  );
  return {
    ...{ customerKey, declared: null, recencyDays, frequency, monetaryMinor, discountShare },
    priceLevel: tagging?.priceBand?.level ?? null,
    couponShare: tagging?.priceSensitivity?.coupon?.share ?? null,
    dayPart: tagging?.dayPart?.name ?? null,
    weekday: tagging?.weekday?.name ?? null,
    channel: tagging?.channel ? (names.get(`channel ${tagging.channel.label}`) ?? null) : null,
    categories: Object.fromEntries(categories),
  };
}
