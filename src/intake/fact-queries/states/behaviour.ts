import type { BehaviourType } from '../../behaviours.ts';

/** What somebody did with an item. */
export interface Behaviour {
  type: BehaviourType;
  itemKey: number;
  occurredAt: Date;
}
