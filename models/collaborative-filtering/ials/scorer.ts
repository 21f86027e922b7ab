import { type Build, createKernels } from '../../kernels/index.ts';
import { factors } from '../../kernels/sets/factors.ts';
import type { History } from '../graphs/recommend-by-neighbours.ts';
import type { TrainedMethod } from '../trained-method.ts';
import type { IalsModel } from './ials.ts';
import { mostSteps, paddedWidth, reshapeRows, scratchNumbers, solverTolerance } from './numerics.ts';
import { penaltyByCells, penaltyOf } from './penalties.ts';

export interface IalsScorer extends TrainedMethod {
  /** The factors (`dimensions` numbers) that the training gives to a customer with this row; zeros for an empty one. */
  foldInCustomer(history: History): Float32Array;
}

/**
 * iALS as a method of the family: everybody is scored by folding their history in, which for a customer of the training
 * with an unchanged history is the trained customer. Items of a history are distinct. Keeps 4 × dimensions bytes (rounded
 * up to 8 dimensions) an item.
 */
export function createIalsScorer(model: IalsModel, { build }: { readonly build?: Build } = {}): IalsScorer {
  const { dimensions, penaltyACell, recipe } = model;
  const itemCount = model.items.length / dimensions;
  const width = paddedWidth(dimensions);
  const kernels = createKernels(factors, {
    bytes: 4 * ((width + 3) * itemCount + (scratchNumbers + 4) * width) + 4096,
    build,
  });
  const items = reshapeRows(model.items, dimensions, width, kernels.float32(itemCount * width));
  const spectrum = reshapeRows(model.spectrum, dimensions, width, kernels.float32(width));
  const customer = kernels.float32(width);
  const scratch = kernels.float32(scratchNumbers * width);
  const offsets = kernels.uint32(2);
  const indices = kernels.uint32(itemCount);
  const values = kernels.float32(itemCount);
  const penalties = kernels.float32(1);
  const scored = kernels.float32(itemCount);

  function foldIn(history: History): void {
    let count = 0;
    let observed = 0;
    for (let position = 0; position < history.items.length; position++) {
      if (!(history.items[position] < itemCount)) continue;
      indices[count] = history.items[position];
      values[count] = history.values[position];
      observed += values[count++];
    }
    offsets[1] = count;
    penalties[0] =
      penaltyACell === undefined ? penaltyOf(observed, itemCount, recipe) : penaltyByCells(count, penaltyACell);
    kernels.run('solveRows', [
      [
        offsets.byteOffset,
        indices.byteOffset,
        values.byteOffset,
        0,
        1,
        items.byteOffset,
        width,
        spectrum.byteOffset,
        penalties.byteOffset,
        customer.byteOffset,
        solverTolerance,
        mostSteps(width),
        scratch.byteOffset,
      ],
    ]);
  }

  return {
    itemCount,
    foldInCustomer(history) {
      foldIn(history);
      return customer.slice(0, dimensions);
    },
    score(history, scores) {
      foldIn(history);
      kernels.run('scoreRows', [[items.byteOffset, itemCount, width, customer.byteOffset, scored.byteOffset]]);
      scores.set(scored);
    },
  };
}
