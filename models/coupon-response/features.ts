/** A row of numbers a customer, row by row: numbers as they are, kinds as columns of 0 and 1. */
export interface Features {
  readonly values: Float64Array;
  readonly columns: number;
}

/** @throws RangeError naming what cannot be */
export function requireFeatures({ values, columns }: Features): void {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(`features.columns must be a positive whole number, not ${columns}`);
  }
  if (values.length % columns !== 0) {
    throw new RangeError(`features.values must be whole rows of ${columns}, not ${values.length} numbers`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / columns)}, column ${bad % columns}`;
    throw new RangeError(`features.values must be finite numbers, not ${values[bad]} (${place})`);
  }
}

/**
 * Some rows of features, copied.
 *
 * @param rows numbers of rows, each below the number of rows there are; in their order, and twice where one is there twice
 */
export function takeRows({ values, columns }: Features, rows: Uint32Array): Features {
  const taken = new Float64Array(rows.length * columns);
  for (const [place, row] of rows.entries()) {
    taken.set(values.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { values: taken, columns };
}

export interface Scale {
  readonly means: Float64Array;
  /** population standard deviations; 1 for a column whose values are all equal, which so becomes zeros */
  readonly deviations: Float64Array;
}

/** Mean and standard deviation of every column, in the column's unit. */
export function fitScale({ values, columns }: Features): Scale {
  const rows = values.length / columns;
  const [means, deviations] = [new Float64Array(columns), new Float64Array(columns)];
  for (let cell = 0; cell < values.length; cell++) means[cell % columns] += values[cell] / rows;
  for (let cell = 0; cell < values.length; cell++) {
    deviations[cell % columns] += (values[cell] - means[cell % columns]) ** 2 / rows;
  }
  for (let column = 0; column < columns; column++) {
    const deviation = Math.sqrt(deviations[column]);
    // The rounded mean of equal values can miss them in the last digits.
    deviations[column] = deviation > 1e-9 * Math.abs(means[column]) ? deviation : 1;
  }
  return { means, deviations };
}

/** Columns less their mean, divided by their standard deviation. */
export function standardise({ values, columns }: Features, { means, deviations }: Scale): Features {
  return {
    columns,
    values: values.map((value, cell) => (value - means[cell % columns]) / deviations[cell % columns]),
  };
}
