import type { PlatformName } from './platforms/platform.ts';

/** A shop platform that may send deliveries, as it is told of; its secret is not. */
export interface Connector {
  platform: PlatformName;
  createdAt: Date;
  /** since when the secret is this one */
  secretSince: Date;
  lastDelivery: StoredDelivery | null;
}

export type DeliveryOutcome = 'recorded' | 'ignored' | 'unknown-topic';

/** A delivery that was answered. */
export interface StoredDelivery {
  deliveryId: string;
  topic: string;
  receivedAt: Date;
  outcome: DeliveryOutcome;
  facts: number;
  quarantined: number;
  merged: number;
}

/** What became of a delivery. */
export interface DeliveryAnswer extends Omit<StoredDelivery, 'receivedAt' | 'outcome'> {
  /** `repeated`: it was answered before, and nothing was done */
  outcome: DeliveryOutcome | 'repeated';
  /** why nothing of it is a fact, or what its sender is to know */
  notes: string[];
}
