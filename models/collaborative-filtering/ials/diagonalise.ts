const mostSweeps = 30;
/** Off the diagonal, beside its sum: below what float32 factors can hold. */
const negligibleShare = 1e-9;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub, Van Loan 8.5): after
 * a few nights' epochs the matrices of iALS are nearly diagonal, where it needs two or three sweeps.
 *
 * @param matrix width × width, row-major; used up
 * @returns values in no order, and the vectors as the columns of a width × width matrix
 */
export function diagonalise(matrix: Float64Array, width: number): { values: Float64Array; vectors: Float64Array } {
  // The vectors are kept as rows while they turn.
  const turned = new Float64Array(width * width);
  for (let at = 0; at < width; at++) turned[at * width + at] = 1;
  let trace = 0;
  for (let at = 0; at < width; at++) trace += Math.abs(matrix[at * width + at]);
  const negligible = negligibleShare * trace;
  let isDiagonal = false;
  for (let sweep = 0; sweep < mostSweeps && !isDiagonal; sweep++) {
    isDiagonal = true;
    for (let p = 0; p < width - 1; p++) {
      for (let q = p + 1; q < width; q++) {
        if (Math.abs(matrix[p * width + q]) <= negligible) continue;
        rotate(matrix, turned, width, p, q);
        isDiagonal = false;
      }
    }
  }
  const values = new Float64Array(width);
  const vectors = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    values[row] = matrix[row * width + row];
    for (let at = 0; at < width; at++) vectors[at * width + row] = turned[row * width + at];
  }
  return { values, vectors };
}

/** Turns rows and columns p and q so that matrix[p, q] becomes 0. */
function rotate(matrix: Float64Array, turned: Float64Array, width: number, p: number, q: number): void {
  const rowP = p * width;
  const rowQ = q * width;
  const [pp, qq, pq] = [matrix[rowP + p], matrix[rowQ + q], matrix[rowP + q]];
  const theta = (qq - pp) / (2 * pq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let at = 0; at < width; at++) {
    const a = matrix[rowP + at];
    const b = matrix[rowQ + at];
    const first = c * a - s * b;
    const second = s * a + c * b;
    matrix[rowP + at] = first;
    matrix[rowQ + at] = second;
    matrix[at * width + p] = first;
    matrix[at * width + q] = second;
    const e = turned[rowP + at];
    const f = turned[rowQ + at];
    turned[rowP + at] = c * e - s * f;
    turned[rowQ + at] = s * e + c * f;
  }
  matrix[rowP + p] = pp - t * pq;
  matrix[rowQ + q] = qq + t * pq;
  matrix[rowP + q] = 0;
  matrix[rowQ + p] = 0;
}
