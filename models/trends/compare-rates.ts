import { incompleteBeta } from '../campaign-effect/distributions.ts';
import { betaQuantile } from '../quantiles.ts';

/** So many counts in so much exposure; neither need be whole. */
export interface Count {
  readonly count: number;
  readonly exposure: number;
}

/** How many times as often something happens as before, and how sure that is. */
export interface RateRatio {
  /** the recent rate over the past one, each the mean of its posterior */
  readonly ratio: number;
  /** 95 % of the posterior lie between */
  readonly low: number;
  readonly high: number;
  /** twice the posterior's share on the other side of 1: about how often chance alone would go as far */
  readonly tails: number;
}

/**
 * The ratio of two Poisson rates. Each has the prior Gamma(priorCount, priorCount / mean rate), so that its posterior is
 * Gamma(priorCount + count, priorCount / mean rate + exposure); with shapes a and b and rates A and B, X = recent × A over
 * recent × A + past × B is Beta(a, b), and the ratio is X / (1 − X) × B / A (Gamma-Poisson: Gelman et al. 2013, section 2.6).
 */
export function compareRates(recent: Count, past: Count, priorCount: number): RateRatio {
  const meanRate = (recent.count + past.count) / (recent.exposure + past.exposure);
  const priorExposure = priorCount / meanRate;
  const [a, b] = [priorCount + recent.count, priorCount + past.count];
  const scale = (priorExposure + past.exposure) / (priorExposure + recent.exposure);
  const quantile = (share: number) => {
    const x = betaQuantile(share, a, b);
    return (x / (1 - x)) * scale;
  };
  const below = incompleteBeta(1 / (1 + scale), scale / (1 + scale), a, b);
  return {
    ratio: (a / b) * scale,
    low: quantile(0.025),
    high: quantile(0.975),
    tails: Math.min(1, 2 * Math.min(below, 1 - below)),
  };
}
