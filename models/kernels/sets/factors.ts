import { relaxedSimd, simd } from '../binaries/factors.ts';
import type { KernelSet } from '../kernel-set.ts';
import { gramRows, rotateRows, scoreItems, scoreRows, solveRows, topItems } from './plain-factors.ts';

/** Kernels of factor models: `assembly/factors.ts`. */
export const factors: KernelSet = {
  simd,
  relaxedSimd,
  plain: { gramRows, rotateRows, solveRows, scoreRows, scoreItems, topItems },
};
