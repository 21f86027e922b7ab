import { type BehaviourType, behaviours, readBehaviours, readShown } from '../../../src/intake/index.ts';

/** What somebody did with an item. */
export interface Behaviour {
  type: BehaviourType;
  itemKey: number;
  occurredAt: Date;
}

const types = Object.keys(behaviours) as BehaviourType[];

/** Behaviours of a state, newest first. */
export function behavioursIn(state: { behaviours: Buffer }): Behaviour[] {
  const told: Behaviour[] = [];
  readBehaviours(state.behaviours, (number, itemKey, at) => {
    const type = types.find((one) => behaviours[one].number === number)!;
    told.push({ type, itemKey, occurredAt: new Date(at) });
  });
  return told;
}

/** Items that somebody was shown. */
export function shownIn(state: { shown: Buffer }): { itemKey: number; weight: number; lastAt: Date }[] {
  const told: { itemKey: number; weight: number; lastAt: Date }[] = [];
  readShown(state.shown, (itemKey, weight, lastAt) => told.push({ itemKey, weight, lastAt: new Date(lastAt) }));
  return told;
}
