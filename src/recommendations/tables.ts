/** The tables of each kind's versions. */
export const recommendationTables = {
  popularity: ['popularity_scores', 'newcomer_tastes'],
  'association-rules': ['association_rules', 'item_complements', 'category_complements', 'search_terms'],
  'collaborative-filtering': ['item_neighbours', 'customer_lists'],
  segmentation: ['segment_best_sellers'],
};
