/** The tables of each kind's versions. */
export const segmentTables = {
  segmentation: ['customer_segments'],
  'customer-value': ['customer_values'],
  'customer-tags': ['customer_tags', 'tag_names'],
};
