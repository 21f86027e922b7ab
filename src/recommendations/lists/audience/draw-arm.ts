import { assign, type Holdout, holdoutSalt } from '../../../experiments/index.ts';
import type { ListArm } from '../../memory/drawn.ts';
import type { Audience } from './audience.ts';

/**
 * The audience with the arm that a hash draws for it: a known customer by their id, anybody else by the visitor's. Nobody is
 * drawn whose list could not be personal anyway.
 */
export function drawArm(audience: Audience, holdout: Holdout | undefined, visitorId: string | undefined): Audience {
  if (!holdout || holdout.share === 0 || !audience.mayBePersonal) return audience;
  const { customer } = audience;
  if (!customer) return visitorId === undefined ? audience : { ...audience, arm: armOf(visitorId, holdout) };
  if (customer.drawn?.holdout !== holdout) {
    customer.drawn = { holdout, arm: armOf(customer.customerId, holdout), isNoted: false };
  }
  return { ...audience, arm: customer.drawn.arm };
}

function armOf(subject: string, { salt, share }: Holdout): ListArm {
  return assign(holdoutSalt(salt), subject, share) ? 'holdout' : 'treatment';
}
