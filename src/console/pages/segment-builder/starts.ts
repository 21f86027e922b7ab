/** Rules to begin with, by the names of their texts. */
export const starts = {
  lapsing: {
    all: [
      { segment: ['group-high-value', 'group-high-quality'] },
      { tag: 'life-cycle-stage', is: ['at-risk', 'lapsed'] },
    ],
  },
  quiet: {
    all: [
      { rfm: 'frequency', at_least: 1 },
      { last: 'seen', not_within_days: 60 },
    ],
  },
  viewers: {
    all: [
      { behaviour: 'view', within_days: 14, at_least: 1, not_bought: true },
      { rfm: 'frequency', at_least: 1 },
    ],
  },
  frequent: {
    all: [
      { rfm: 'frequency_score', at_least: 4 },
      { rfm: 'average_order_value', at_most: '20' },
    ],
  },
} as const;
