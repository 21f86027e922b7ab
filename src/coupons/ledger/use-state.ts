/** What became of a unit that was taken. */
export type UseState = 'reserved' | 'redeemed' | 'partly-reversed' | 'reversed' | 'expired' | 'released';
