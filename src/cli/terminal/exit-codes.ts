/** 0 done, 1 failed, 2 called wrongly (arguments or configuration), 3 refused by a gate. */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3 } as const;
