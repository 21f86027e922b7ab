import { normalTails } from './distributions.ts';

/** Sizes of the arms beside those that the assignment should have given. */
export interface SampleRatio {
  readonly treated: number;
  readonly control: number;
  /** of the treated, as assigned */
  readonly expectedShare: number;
  /** of a share so far from the expected one, if the assignment was as stated */
  readonly pValue: number;
}

/**
 * Whether the arms have the sizes that the assignment should have given them (chi-squared with one degree of freedom). Where
 * they have not, somebody is missing from one arm, and the arms are not alike.
 *
 * @throws RangeError where the expected share is not between 0 and 1
 */
export function checkSampleRatio(treated: number, control: number, expectedShare: number): SampleRatio {
  if (!(expectedShare > 0 && expectedShare < 1)) {
    throw new RangeError(`expectedShare must be between 0 and 1, not ${expectedShare}`);
  }
  const customers = treated + control;
  const deviation = treated - customers * expectedShare;
  const spread = Math.sqrt(customers * expectedShare * (1 - expectedShare));
  return { treated, control, expectedShare, pValue: customers === 0 ? 1 : normalTails(deviation / spread) };
}
