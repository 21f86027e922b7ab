/** What was found in a file, in numbers of rows (and cells). */
export interface Findings {
  rows: number;
  cells: number;
  filledCells: number;
  duplicates: number;
  /** Rows with a value that is missing, cannot be read or cannot be true. */
  invalid: number;
  /** Rows that contradict others: their order names somebody else, or is known with another content. */
  inconsistent: number;
  /** Rows without a time that can be and has come. */
  untimely: number;
}

/** The quality of a file's data, each figure from 0 to 1. */
export interface Assessment {
  /** Filled cells among those that complete rows would have. */
  completeness: number;
  /** Rows that are no exact duplicate of an earlier one. */
  uniqueness: number;
  /** Rows that no rule about values refuses. */
  validity: number;
  /** Rows that do not contradict others, of the file or known before. */
  consistency: number;
  /** Rows with a time that exists and has come. */
  timeliness: number;
  /** Does every figure reach the gate? */
  passed: boolean;
}

type Figure = Exclude<keyof Assessment, 'passed'>;

/** Below any of these the data is more likely read wrongly than dirty, and the file is refused. */
export const gate: Readonly<Record<Figure, number>> = {
  completeness: 0.5,
  uniqueness: 0.5,
  validity: 0.8,
  consistency: 0.9,
  timeliness: 0.9,
};

/** In fewer rows than this a single one would weigh too much: the gate lets them pass. */
export const fewestRows = 100;

/** Figures of an empty file are 1: nothing is wrong with it. */
export function assess(found: Findings): Assessment {
  const share = (part: number, whole: number) => (whole === 0 ? 1 : Math.round((part / whole) * 1e6) / 1e6);
  const without = (bad: number) => share(found.rows - bad, found.rows);
  const figures: Record<Figure, number> = {
    completeness: share(found.filledCells, found.cells),
    uniqueness: without(found.duplicates),
    validity: without(found.invalid),
    consistency: without(found.inconsistent),
    timeliness: without(found.untimely),
  };
  const passes = (Object.keys(gate) as Figure[]).every((figure) => figures[figure] >= gate[figure]);
  return { ...figures, passed: found.rows < fewestRows || passes };
}
