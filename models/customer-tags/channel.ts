import type { ChannelRecipe } from './recipe.ts';

/** How many behaviours a customer had by which channel, a row each; the rows of one customer in any order. */
export interface ChannelFacts {
  readonly customers: Uint32Array;
  /** number of the channel */
  readonly channels: Uint32Array;
  readonly events: Uint32Array;
}

/** A customer's channel, with its evidence. */
export interface CustomerChannel {
  label: number;
  /** of the customer's behaviours with a channel, 0 to 1 */
  share: number;
  of: number;
}

/**
 * The channel by which most of a customer's behaviours come, of equal ones that with the lower number. null below the minimum
 * support.
 *
 * @param own places of the customer's rows
 */
export function findChannel(facts: ChannelFacts, own: Uint32Array, recipe: ChannelRecipe): CustomerChannel | null {
  let of = 0;
  let best: { label: number; events: number } | undefined;
  for (const row of own) {
    const [label, events] = [facts.channels[row], facts.events[row]];
    of += events;
    if (!best || events > best.events || (events === best.events && label < best.label)) best = { label, events };
  }
  if (!best || of < recipe.minimumEvents || best.events / of < recipe.minimumShare) return null;
  return { label: best.label, share: best.events / of, of };
}
