import type { SentenceKey } from '../sentences/index.ts';

/** What a type of behaviour means to everything that reads behaviours; each property is said of each type. */
interface BehaviourMeaning {
  /** by which it is packed; below 16, and another for each type */
  number: number;
  /** event: the shop sends it so; order: a line bought; refund: a line bought that came back whole */
  source: 'event' | 'order' | 'refund';
  /** an event of the type is refused without an item */
  needsItem: boolean;
  /** a field without which one of the type says nothing */
  needsField: 'rating' | 'dwell_seconds' | null;
  /**
   * Somebody meant it. A page shows many items at once, and is itself seen beside what was done to see it: neither tells a
   * robot, nor is a newest behaviour.
   */
  deliberate: boolean;
  /** models learn taste from it, each with its own weight */
  tastes: boolean;
  /** how much one of now says about what comes next, against the night's best candidate at 1; below 0 against its item */
  weightNow: number;
  /** how the reason of an item beside it puts it; null: as an interest in the item */
  phrase: SentenceKey | null;
  /** rules of segments may count it */
  counted: boolean;
  /** it puts its item in the cart, takes it out, or leaves the cart alone */
  cart: 'in' | 'out' | 'alone';
}

/** Every type of behaviour, one row each; types and lists of them derive from here. */
export const behaviours = {
  view: {
    number: 0,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: true,
    weightNow: 0.6,
    phrase: 'reason.because-looked',
    counted: true,
    cart: 'alone',
  },
  click: {
    number: 1,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: true,
    weightNow: 0.7,
    phrase: 'reason.because-looked',
    counted: true,
    cart: 'alone',
  },
  favourite: {
    number: 2,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: true,
    weightNow: 0.9,
    phrase: 'reason.because-liked',
    counted: true,
    cart: 'alone',
  },
  unfavourite: {
    number: 3,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: -0.9,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  cart_add: {
    number: 4,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: true,
    weightNow: 1,
    phrase: 'reason.because-in-cart',
    counted: true,
    cart: 'in',
  },
  cart_remove: {
    number: 5,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: -1,
    phrase: null,
    counted: false,
    cart: 'out',
  },
  search: {
    number: 6,
    source: 'event',
    needsItem: false,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: true,
    cart: 'alone',
  },
  impression: {
    number: 7,
    source: 'event',
    needsItem: true,
    needsField: null,
    deliberate: false,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  custom: {
    number: 8,
    source: 'event',
    needsItem: false,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  page_view: {
    number: 11,
    source: 'event',
    needsItem: false,
    needsField: null,
    deliberate: false,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  page_ping: {
    number: 12,
    source: 'event',
    needsItem: false,
    needsField: 'dwell_seconds',
    deliberate: false,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  checkout_start: {
    number: 13,
    source: 'event',
    needsItem: false,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  review: {
    number: 14,
    source: 'event',
    needsItem: true,
    needsField: 'rating',
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  complaint: {
    number: 15,
    source: 'event',
    needsItem: false,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'alone',
  },
  purchase: {
    number: 9,
    source: 'order',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: true,
    weightNow: 0.8,
    phrase: 'reason.because-bought',
    counted: true,
    cart: 'out',
  },
  returned: {
    number: 10,
    source: 'refund',
    needsItem: true,
    needsField: null,
    deliberate: true,
    tastes: false,
    weightNow: 0,
    phrase: null,
    counted: false,
    cart: 'out',
  },
} as const satisfies Record<string, BehaviourMeaning>;

/** A type of behaviour: of an event, or of an order line. */
export type BehaviourType = keyof typeof behaviours;

type TypeWith<Wanted> = {
  [Type in BehaviourType]: (typeof behaviours)[Type] extends Wanted ? Type : never;
}[BehaviourType];

function typesWith<const Wanted extends Partial<BehaviourMeaning>>(wanted: Wanted): readonly TypeWith<Wanted>[] {
  const isWanted = (meaning: BehaviourMeaning) =>
    Object.entries(wanted).every(([property, value]) => meaning[property as keyof BehaviourMeaning] === value);
  return behaviourTypes.filter((type) => isWanted(behaviours[type])) as TypeWith<Wanted>[];
}

export const behaviourTypes = Object.keys(behaviours) as BehaviourType[];

/** Those that a shop sends as events. */
export const eventTypes = typesWith({ source: 'event' });
/** A type of behaviour that events bring. */
export type EventType = (typeof eventTypes)[number];

/** Events that taste is learnt from; purchases, which tell of it too, come as order lines. */
export const tasteEventTypes = typesWith({ source: 'event', tastes: true });
export type TasteEventType = (typeof tasteEventTypes)[number];

/** Those that rules of segments may count. */
export const countedTypes = typesWith({ counted: true });
/** A type of behaviour that is counted by customer. */
export type CountedType = (typeof countedTypes)[number];

/** Of those the events that tell of an item, of which one can ask whether it was bought afterwards. */
export const countedItemEventTypes: readonly CountedType[] = typesWith({
  counted: true,
  source: 'event',
  needsItem: true,
});

/** Events that nobody meant; see `deliberate`. */
export const incidentalTypes = typesWith({ source: 'event', deliberate: false });

/** Whether somebody meant such an event; see `deliberate`. */
export function isDeliberate(type: string): boolean {
  return !(incidentalTypes as readonly string[]).includes(type);
}
