/** What became of a unit that was taken. */
export type UseState = 'reserved' | 'redeemed' | 'partly-reversed' | 'reversed' | 'expired' | 'released';

/** SQL: the unit is taken, and was not given back. */
export const heldStates = `state in ('reserved', 'redeemed', 'partly-reversed')`;
