/** control: left alone for one experiment's sake; holdout: for the sake of all together */
export type Arm = 'treatment' | 'control' | 'holdout';

/** A customer's first consideration by an experiment: the arm is that of then, whatever comes later. */
export interface Assignment {
  experimentKey: number;
  customerKey: number;
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

/** Which share of customers is left alone by all experiments, and which of decisions explores. */
export interface GlobalHoldout {
  holdoutId: number;
  share: number;
  explorationShare: number;
  salt: string;
  since: Date;
}

/** A time in which the same share was held out, however much was explored. */
export interface HoldoutPeriod {
  holdoutIds: number[];
  share: number;
  since: Date;
  /** null: it still is */
  until: Date | null;
}
