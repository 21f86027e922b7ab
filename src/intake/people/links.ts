/** A customer seen on a visitor at a moment, in epoch milliseconds. */
export interface Appearance {
  visitorKey: number;
  customerKey: number;
  at: number;
}

/** A visitor is a customer while validFrom <= t < validUntil. */
export interface Link {
  visitorKey: number;
  customerKey: number;
  /** When the customer was first seen on the visitor in this stretch. */
  appearedAt: number;
  validFrom: number;
  /** Infinity: nobody else has appeared since. */
  validUntil: number;
}

const reachBackMs = 30 * 86_400_000;

/**
 * The links that appearances make, whatever the order they became known in: a customer stays on the visitor until another
 * one appears, and the first one reaches 30 days back.
 */
export function deriveLinks(appearances: readonly Appearance[]): Link[] {
  const sorted = [...appearances].sort(
    (a, b) => a.visitorKey - b.visitorKey || a.at - b.at || a.customerKey - b.customerKey,
  );
  const links: Link[] = [];
  for (const { visitorKey, customerKey, at } of sorted) {
    let last = links.at(-1);
    const stays = last?.visitorKey === visitorKey;
    // Two at the same moment: the one before was there for no time at all.
    if (stays && last!.customerKey !== customerKey && last!.validFrom === at) {
      links.pop();
      last = links.at(-1);
    }
    if (stays && last!.customerKey === customerKey) {
      last!.validUntil = Number.POSITIVE_INFINITY;
      continue;
    }
    if (stays) last!.validUntil = at;
    links.push({
      visitorKey,
      customerKey,
      appearedAt: at,
      validFrom: stays ? at : at - reachBackMs,
      validUntil: Number.POSITIVE_INFINITY,
    });
  }
  return links;
}

/**
 * Part of the links of one visitor as it becomes by new appearances: `deriveLinks` of all there are would give the same.
 * @param near in ascending order: the last link that begins before all of the news, those that begin among them (or a
 *   little further on), and the next two after
 * @param news what is not known by the links
 * @param following the next appearance after each of the news, where there is one; of those at one moment the greatest key
 * @returns what takes the place of `near`
 */
export function addAppearances(
  near: readonly Link[],
  news: readonly Appearance[],
  following: readonly Appearance[],
): Link[] {
  const [from, until] = [Math.min(...news.map(({ at }) => at)), Math.max(...news.map(({ at }) => at))];
  const [first, last] = [near.at(0), near.at(-1)];
  // What lies behind the last of them is as it was, and not known here.
  const end = last && last.appearedAt > until ? last : undefined;
  const links = deriveLinks([
    ...near.map(({ visitorKey, customerKey, appearedAt: at }) => ({ visitorKey, customerKey, at })),
    ...news,
    ...following.filter(({ at }) => !end || at < end.appearedAt),
  ]);
  if (first && first.appearedAt < from) links[0].validFrom = first.validFrom;
  if (end) links.at(-1)!.validUntil = end.validUntil;
  return links;
}

/** Do the links of the visitor tell of this appearance already? */
export function isKnown(links: readonly Link[], { customerKey, at }: Appearance): boolean {
  return links.some((link) => link.customerKey === customerKey && link.appearedAt <= at && at < link.validUntil);
}

/** Whose a visitor with these links was at a moment. */
export function customerAt(links: readonly Link[], at: number): number | undefined {
  return links.find((link) => link.validFrom <= at && at < link.validUntil)?.customerKey;
}
