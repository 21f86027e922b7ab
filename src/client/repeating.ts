/** Writes that are made once however often they are sent, with an `Idempotency-Key`, and those that are known by the shop's own ids. */
export const keyedPosts: readonly string[] = [
  '/v1/coupon-decisions',
  '/v1/coupon-redemptions',
  '/v1/coupon-order-redemptions',
  '/v1/coupon-reversals',
  '/v1/coupons/{code}/releases',
  '/v1/campaigns/{campaign_id}/codes',
];

/** What is sent by POST and may be sent twice: facts, which their ids make one, and questions. */
export const repeatedPosts: readonly string[] = [
  '/v1/events',
  '/v1/orders',
  '/v1/refunds',
  '/v1/recommendations',
  '/v1/recommendations/explanation',
  '/v1/pages',
  '/v1/policies/previews',
  '/v1/coupon-qualifications',
  '/v1/imports/previews',
  '/v1/association-rules/previews',
  '/v1/segments/previews',
  '/v1/campaigns/previews',
  '/v1/campaigns/{campaign_id}/giving-previews',
  '/v1/segment-explorations',
  '/v1/connectors/{platform}',
];

export function mayRepeat(method: string, path: string): boolean {
  return method !== 'POST' || keyedPosts.includes(path) || repeatedPosts.includes(path);
}

/** How often and how long something is tried. */
export interface Patience {
  /** tries after the first */
  retries: number;
  /** of one try */
  timeoutMs: number;
}

const firstWaitMs = 200;
const longestWaitMs = 30_000;
/** What passes by itself. */
const passing = new Set([408, 429, 502, 503, 504]);

/**
 * Asks again where there is no answer or one that passes by itself, after as long as the service says, or else ever longer and by
 * chance, so that not all come back at once.
 * @throws whatever the last try ended with; a signal that the caller gave ends it at once
 */
export async function repeat(
  request: Request,
  ask: (request: Request) => Promise<Response>,
  { retries, timeoutMs }: Patience,
): Promise<Response> {
  for (let tried = 0; ; tried++) {
    const isLast = tried >= retries;
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
    let waitMs = Math.min(firstWaitMs * 2 ** tried, longestWaitMs) * (0.5 + Math.random() / 2);
    try {
      const answer = await ask(new Request(isLast ? request : request.clone(), { signal }));
      if (isLast || !passing.has(answer.status)) return answer;
      const seconds = Number(answer.headers.get('Retry-After'));
      if (seconds > 0) waitMs = Math.min(seconds * 1_000, longestWaitMs);
      await answer.body?.cancel();
    } catch (error) {
      if (isLast || request.signal.aborted) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    request.signal.throwIfAborted();
  }
}
