import recipe from './recipe.json' with { type: 'json' };

export type { BgNbd } from './bg-nbd.ts';
export { aliveProbability, expectedOrdersAlive, fitBgNbd, waitForOrder } from './bg-nbd.ts';
export type { Fit } from './fit.ts';
export type { GammaGamma } from './gamma-gamma.ts';
export { correlateSpend, expectedOrderValue, fitGammaGamma } from './gamma-gamma.ts';
export type { Histories } from './histories.ts';
export type { Ranking, ValueJudgement } from './judge.ts';
export { judgeValue, scoreBy } from './judge.ts';
export type { CustomerValueRecipe, OrderModel, Refusal, SpendModel } from './learn.ts';
export { expectOrders, learnOrders, learnSpend } from './learn.ts';
export { rank } from './rankings.ts';
/** The hyper-parameters of the nightly run. */
export { recipe };
