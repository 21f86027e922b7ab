/** How groups and clusters part customers, and why a number of clusters or a feature was not taken. */
export const segments = {
  'cluster.too-small': 'its smallest cluster has {share} % of the customers, less than {least} %',
  'cluster.unstable': 'its clusters come out otherwise on other customers: agreement {agreement}, less than {least}',
  'feature.no-weight': 'the recipe gives it no weight',
  'feature.no-category': 'a category of what they bought is known for {share} % of the customers, which is too few',
  'feature.no-list-price': 'a list price is known for {share} % of the customers, which is too few',
  'group.least': 'R + F + M of {least} and more',
  'group.most': 'R + F + M of {most} and less',
  'group.between': 'R + F + M of {least} to {most}',
  'group.codes': 'Codes {codes}',
} as const;
