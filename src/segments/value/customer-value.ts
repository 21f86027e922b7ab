import type { CovariateEffect } from '../../../models/customer-value/index.ts';
import type { ModelVersion } from '../../versions/index.ts';

/** What one customer is expected to bring, in one version. */
export interface CustomerValue {
  customerKey: number;
  expectedOrders: number;
  /** null: the version has no model of spend */
  orderValueMinor: number | null;
  revenueMinor: number | null;
  /** null: nothing can be said, see `whyNotAlive` */
  aliveProbability: number | null;
  /** when the chance of another order passes one half; null: not within as long a time as was observed */
  nextOrderAt: Date | null;
  /** the share of customers who are less likely to order again, by the version's ranking */
  likelierThan: number;
}

/** Models of how often customers order and when they leave, of which the hold-out chose one. */
export type OrderModelName = 'bg-nbd' | 'mbg-nbd' | 'pareto-nbd';

/** Ways to say who is likelier to order again, of which the hold-out chose one. */
export type ValueRanking = 'model' | 'recency' | 'frequency-and-recency';

/** `summary` of a customer-value version. */
export interface ValueSummary {
  horizon_days: number;
  ranking: ValueRanking;
  /** false: nobody was seen to leave, so that a probability to be alive says nothing */
  sees_leaving: boolean;
  /** false: it tells no better than chance who orders again; absent in versions from before it was asked */
  alive_tells?: boolean;
  /** parameters of the model by name; `model` is absent in versions from before there were several (BG/NBD) */
  orders: { model?: OrderModelName; log_likelihood: number; [parameter: string]: number | OrderModelName | undefined };
  /** of covariates that foretell what customers do; empty: none does; absent in versions from before they were looked at */
  covariates?: CovariateEffect[];
  /** null with a reason: nothing is said about money */
  spend: {
    p: number;
    q: number;
    gamma: number;
    log_likelihood: number;
    customers: number;
    correlation: number | null;
  } | null;
  spend_refusal: string | null;
}

/** How far two versions of the customer values agree about the customers whom both know. */
export interface ValueComparison {
  customers: number;
  /** Pearson's correlation of the expected orders; null where it is not defined */
  expected_orders_correlation: number | null;
  expected_orders_mean: [first: number | null, second: number | null];
}

/** A customer's value with the version that says it. */
export interface ReportedValue {
  model: ModelVersion;
  summary: ValueSummary;
  value: CustomerValue;
  /** why there is no probability to be alive; null: there is one */
  whyNotAlive: 'one-order' | 'nobody-leaves' | 'no-better-than-chance' | null;
}
