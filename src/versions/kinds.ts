/** What is learnt and served in versions; a learner for each lies in `src/training/learners`. */
export const kinds = [
  'popularity',
  'association-rules',
  'collaborative-filtering',
  'segmentation',
  'customer-value',
  'customer-tags',
] as const;
/** The kind of a model that is served in versions. */
export type ModelKind = (typeof kinds)[number];
