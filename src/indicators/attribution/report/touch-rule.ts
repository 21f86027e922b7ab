/** Which of the lists that a sale line came from earns it: the last, the first, or each an equal part. */
export type TouchRule = 'last' | 'first' | 'linear';
