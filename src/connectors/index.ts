export type { Connector, DeliveryAnswer } from './connector.ts';
export { type Connectors, createConnectors } from './connectors.ts';
export { createFeeds, type Feeds } from './feeds/feeds.ts';
export { type PlatformName, platformNames } from './platforms/platform.ts';
export { connectorsStation } from './station.ts';
