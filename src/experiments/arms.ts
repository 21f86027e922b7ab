/** control: left alone for one experiment's sake; holdout: for the sake of all together */
export type Arm = 'treatment' | 'control' | 'holdout';

/** A person's first consideration by an experiment: the arm is that of then, whatever comes later. One of both keys is null. */
export interface Assignment {
  experimentKey: number;
  customerKey: number | null;
  /** of a visitor who was nobody by name */
  visitorKey: number | null;
  arm: Arm;
  controlShare: number;
  holdoutShare: number;
  /** of the decision that considered them */
  decisionId: number;
  assignedAt: Date;
}

/** A customer's arm in an experiment, or in the holdout of all. Erased persons are in none. */
export interface CustomerArm {
  customerKey: number;
  arm: Arm;
  assignedAt: Date;
}

/** The same of somebody who was first considered as a visitor. One of both keys is null: the visitor's, of whom it is known who they were. */
export interface GuestArm extends Omit<CustomerArm, 'customerKey'> {
  customerKey: number | null;
  visitorKey: number | null;
}

/** What people are held out of: every coupon, or personal lists. */
export type HoldoutKind = 'coupons' | 'lists';

/** Which share of people is held out, so that what the others get can be compared with nothing. */
export interface Holdout {
  holdoutId: number;
  share: number;
  salt: string;
  since: Date;
}

/** Of coupons also which share of decisions explores. */
export interface GlobalHoldout extends Holdout {
  explorationShare: number;
}

/** The first consideration of a customer, or of a visitor who is nobody by name, while a holdout held. */
export interface Consideration {
  /** the customer's or the visitor's */
  personKey: number;
  holdoutId: number;
  arm: Arm;
  consideredAt: Date;
}

/** A time in which the same share was held out, however much was explored. */
export interface HoldoutPeriod {
  holdoutIds: number[];
  share: number;
  since: Date;
  /** null: it still is */
  until: Date | null;
}
