import { expect, test } from '@jest/globals';
import { expectOrders, readOrderModel } from '../../../models/customer-value/index.ts';

/** The customer of CDNOW whom Fader, Hardie and Lee (2005) take for an example: two repeats, the last after 30.43 of 38.86 weeks. */
const example = {
  repeats: Uint32Array.of(2),
  lastRepeat: Float64Array.of(30.43),
  observed: Float64Array.of(38.86),
  meanSpend: Float64Array.of(0),
};

test('a model read from its parameters expects what its authors publish', () => {
  const model = readOrderModel('bg-nbd', { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 });
  expect(expectOrders(model, example, 39)[0]).toBeCloseTo(1.226, 2);
  expect(model.parameters).toMatchObject({ r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 });
});

test('what is missing among the parameters is named', () => {
  expect(() => readOrderModel('pareto-nbd', { r: 1, alpha: 2, s: 1 })).toThrow('parameters.beta must be there');
});
