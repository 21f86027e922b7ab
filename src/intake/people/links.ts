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
    const last = links.at(-1);
    const stays = last?.visitorKey === visitorKey;
    if (stays && last.customerKey === customerKey) continue;
    if (stays) last.validUntil = at;
    // Two at the same moment: the one before was there for no time at all.
    if (stays && last.validFrom === at) links.pop();
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

/** Do the links of the visitor tell of this appearance already? */
export function isKnown(links: readonly Link[], { customerKey, at }: Appearance): boolean {
  return links.some((link) => link.customerKey === customerKey && link.appearedAt <= at && at < link.validUntil);
}

/** Whose a visitor with these links was at a moment. */
export function customerAt(links: readonly Link[], at: number): number | undefined {
  return links.find((link) => link.validFrom <= at && at < link.validUntil)?.customerKey;
}
