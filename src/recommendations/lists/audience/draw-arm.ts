import { assign, type Holdout, holdoutSalt } from '../../../experiments/index.ts';
import type { Drawn } from '../../memory/drawn.ts';
import type { Audience } from './audience.ts';

/**
 * The audience with the arm that a hash draws for it: a known customer by their id, anybody else by the visitor's. Nobody is
 * drawn whose list could not be personal anyway.
 */
export function drawArm(audience: Audience, holdout: Holdout | undefined, visitorId: string | undefined): Audience {
  if (!holdout || holdout.share === 0 || !audience.mayBePersonal) return audience;
  const { customer } = audience;
  if (!customer) return visitorId === undefined ? audience : { ...audience, drawn: draw(visitorId, holdout) };
  if (customer.drawn?.holdout !== holdout) customer.drawn = draw(customer.customerId, holdout);
  return { ...audience, drawn: customer.drawn };
}

function draw(subject: string, holdout: Holdout): Drawn {
  const isHeldOut = assign(holdoutSalt(holdout.salt), subject, holdout.share);
  return { holdout, arm: isHeldOut ? 'holdout' : 'treatment', isNoted: false };
}
