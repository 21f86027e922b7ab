import { recommendationTables } from '../../recommendations/index.ts';
import { segmentTables, tagTables, valueTables } from '../../segments/index.ts';
import type { ModelKind } from '../../versions/index.ts';

/** The served tables by the model that fills them. */
export const servedTables: Record<ModelKind, string[]> = {
  ...recommendationTables,
  segmentation: segmentTables,
  'customer-value': valueTables,
  'customer-tags': tagTables,
};
