import type { IdempotentRequest } from '../db/idempotency.ts';

/** The request of a write that is answered once; the contract requires key and body of each. */
export function requestOnce(
  operation: string,
  call: { key: { keyId: number }; idempotencyKey?: string; content?: Buffer },
  body = call.content!,
): IdempotentRequest {
  return { operation, keyId: call.key.keyId, idempotencyKey: call.idempotencyKey!, body };
}
