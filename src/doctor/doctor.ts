import { type Finding, type Purpose, purposes } from '../finding.ts';
import type { Station } from '../station.ts';

/** What one purpose of the shop's still misses. */
export interface Examination {
  purpose: Purpose;
  /** nothing that it cannot do without is missing */
  isReady: boolean;
  /** what it cannot do without first */
  findings: (Finding & { isBlocking: boolean })[];
}

/** Says what a shop still misses for what it has Pannier for. */
export interface Doctor {
  examine(): Promise<{ asOf: Date; examinations: Examination[] }>;
}

/** @param stations each is asked what of its own is missing */
export function createDoctor(stations: () => readonly Station[], clock: () => Date): Doctor {
  return {
    async examine() {
      const asOf = clock();
      const found = (await Promise.all(stations().map((station) => station.examine?.(asOf) ?? []))).flat();
      return { asOf, examinations: purposes.map((purpose) => examinationOf(purpose, found)) };
    },
  };
}

function examinationOf(purpose: Purpose, found: readonly Finding[]): Examination {
  const blocking = found.filter(({ blocks }) => blocks.includes(purpose));
  const weakening = found.filter(({ weakens }) => weakens.includes(purpose));
  const findings = [
    ...blocking.map((one) => ({ ...one, isBlocking: true })),
    ...weakening.map((one) => ({ ...one, isBlocking: false })),
  ];
  return { purpose, isReady: blocking.length === 0, findings };
}
