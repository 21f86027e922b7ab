/** A function of a point that also writes its gradient there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  /** false: the gradient did not come below the tolerance in every direction */
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * A local minimum by BFGS with a backtracking line search (Nocedal and Wright 2006, algorithm 6.1), for a handful of
 * parameters.
 *
 * @param start where to begin; not changed
 * @param tolerance the largest absolute component of the gradient that counts as zero
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance, maximumIterations }: { tolerance: number; maximumIterations: number },
): Minimum {
  const size = start.length;
  let point = start.slice();
  let gradient = new Float64Array(size);
  let value = objective(point, gradient);
  let inverse = identity(size);
  for (let iterations = 0; ; iterations++) {
    const converged = gradient.every((component) => Math.abs(component) <= tolerance);
    if (converged || iterations === maximumIterations) return { point, value, converged, iterations };
    let direction = multiply(inverse, gradient).map((component) => -component);
    if (!(dot(direction, gradient) < 0)) {
      inverse = identity(size);
      direction = gradient.map((component) => -component);
    }
    const next = search(objective, { point, value, gradient, direction });
    if (!next) return { point, value, converged, iterations };
    const step = next.point.map((coordinate, index) => coordinate - point[index]);
    const change = next.gradient.map((component, index) => component - gradient[index]);
    if (iterations === 0) {
      const curvature = dot(step, change) / dot(change, change);
      if (curvature > 0) inverse = inverse.map((row) => row.map((entry) => entry * curvature));
    }
    improve(inverse, step, change);
    ({ point, value, gradient } = next);
  }
}

interface Ray {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
  direction: Float64Array;
}

/** The first of ever smaller steps that lowers the value enough; undefined: none does. */
function search(objective: Objective, { point, value, gradient, direction }: Ray) {
  const slope = dot(direction, gradient);
  // In logarithms of parameters a step of more than this is a leap into nowhere.
  const longest = Math.max(...direction.map(Math.abs));
  // Near the minimum a better point may look worse by the rounding of a long sum.
  const noise = 1e-12 * Math.abs(value);
  for (let length = Math.min(1, 2 / longest); length > 1e-14; length /= 2) {
    const there = point.map((coordinate, index) => coordinate + length * direction[index]);
    const gradientThere = new Float64Array(point.length);
    const valueThere = objective(there, gradientThere);
    if (valueThere <= value + 1e-4 * length * slope + noise) {
      return { point: there, value: valueThere, gradient: gradientThere };
    }
  }
  return undefined;
}

/** The BFGS update of the inverse Hessian, left out where the curvature along the step is not positive. */
function improve(inverse: Float64Array[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (!(curvature > 1e-14 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
  const moved = multiply(inverse, change);
  const factor = (1 + dot(change, moved) / curvature) / curvature;
  for (const [row, entries] of inverse.entries()) {
    for (let column = 0; column < entries.length; column++) {
      entries[column] +=
        factor * step[row] * step[column] - (moved[row] * step[column] + step[row] * moved[column]) / curvature;
    }
  }
}

function identity(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (_, column) => +(row === column)),
  );
}

function multiply(matrix: Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}
