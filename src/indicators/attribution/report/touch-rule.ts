/** Which of the lists that a sale line came from earns it: the last, the first, or each an equal part. */
export const touchRules = ['last', 'first', 'linear'] as const;
export type TouchRule = (typeof touchRules)[number];
