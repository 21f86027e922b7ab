import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import { besideItem } from '../../memory/content/beside-item.ts';
import { type ItemBehaviour, unpackBehaviours, unpackCandidates, unpackShown } from '../../memory/packing.ts';
import { noItems } from '../ranked-items.ts';
import { type Taste, tasteOf } from '../taste.ts';
import { type Audience, armOf } from './audience.ts';

/** What the request adds of its own session: items by dense index. */
export interface SessionSignals {
  /** newest first */
  behaviours: readonly ItemBehaviour[];
  cart: readonly number[];
}

/** What the audience is offered, before filters. */
export function tasteOfAudience(
  catalogue: Pick<Catalogue, 'content'>,
  audience: Audience,
  session: SessionSignals,
  now: number,
): Taste {
  if (!audience.mayBePersonal)
    return { ranked: noItems, behaviours: [], blocked: new Set(session.cart), tired: new Map() };
  const taste = personalTaste(catalogue, audience, session, now);
  // The same is kept from both arms: only what is put forward differs.
  return armOf(audience) === 'holdout' ? { ...taste, ranked: noItems } : taste;
}

function personalTaste(
  catalogue: Pick<Catalogue, 'content'>,
  audience: Audience,
  session: SessionSignals,
  now: number,
): Taste {
  const { customer, visitorBehaviours, release } = audience;
  const before = customer ? unpackBehaviours(customer.behaviours) : [];
  let behaviours = before;
  if (visitorBehaviours.length > 0) behaviours = [...visitorBehaviours, ...before].sort((a, b) => b.at - a.at);
  if (session.behaviours.length > 0) behaviours = [...session.behaviours, ...behaviours];
  const { visitorShown } = audience;
  const shown =
    customer && customer.shown.length > 0 ? [...unpackShown(customer.shown), ...visitorShown] : visitorShown;
  const candidates = customer?.candidates && unpackCandidates(customer.candidates);
  const searches = [...audience.visitorSearches, ...(customer?.searches ?? [])];
  const searched = searches.map(({ query, at }) => ({ likes: catalogue.content.likesOfText(query), at }));
  const beside = (item: number) => besideItem({ catalogue, release }, item);
  return tasteOf({ behaviours, shown, candidates, release, beside, searched, cart: session.cart, now });
}
