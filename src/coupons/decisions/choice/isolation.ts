/** A campaign whose control group is kept from others' coupons: of this channel; null: of all. */
export type Isolator = readonly [campaignId: string, channel: string | null];

/** By place: ids of campaigns, the channels of their coupons, and those that keep their control from others' coupons. */
interface IsolationColumns {
  readonly campaignIds: readonly string[];
  readonly channels: readonly (string | null)[];
  readonly isolators: readonly (Isolator | undefined)[];
}

/** Whether one of these keeps its control from the coupons of the campaign at a place. */
export function isIsolated(
  { campaignIds, channels }: Omit<IsolationColumns, 'isolators'>,
  isolators: readonly Isolator[],
  place: number,
): boolean {
  return isolators.some(
    ([id, channel]) => id !== campaignIds[place] && (channel === null || channel === channels[place]),
  );
}

/**
 * Walks the places of campaigns in turn, as they come up where the customer is in the control group of each before: those that are left out
 * are kept from the control of one of these.
 */
export function withoutIsolated(campaigns: IsolationColumns, turn: readonly number[]): number[] {
  const before: Isolator[] = [];
  return turn.filter((place) => {
    if (isIsolated(campaigns, before, place)) return false;
    const isolator = campaigns.isolators[place];
    if (isolator) before.push(isolator);
    return true;
  });
}
