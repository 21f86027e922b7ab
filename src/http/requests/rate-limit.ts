/** How much each of many may ask for. */
export interface RateLimit {
  /** @returns 0, or after how many seconds as much may be asked for again; then nothing is taken */
  take(who: string | number, cost: number, now: number): number;
}

interface Bucket {
  left: number;
  at: number;
}

/** So many are remembered; whoever asked longest ago is forgotten first, and starts with a full bucket. */
const mostRemembered = 50_000;

/** Token buckets: each holds what a minute allows and fills up evenly. What costs more than a minute's takes a full one. */
export function createRateLimit(perMinute: number): RateLimit {
  const buckets = new Map<string | number, Bucket>();
  const perMs = perMinute / 60_000;
  return {
    take(who, cost, now) {
      const known = buckets.get(who);
      const left = known ? Math.min(perMinute, known.left + Math.max(0, now - known.at) * perMs) : perMinute;
      const wanted = Math.min(cost, perMinute);
      buckets.delete(who);
      if (!known && buckets.size >= mostRemembered) buckets.delete(buckets.keys().next().value!);
      const isLate = left < wanted;
      buckets.set(who, { left: isLate ? left : left - wanted, at: now });
      return isLate ? Math.ceil((wanted - left) / perMs / 1_000) : 0;
    },
  };
}
