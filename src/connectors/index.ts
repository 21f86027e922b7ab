export type { Connector, DeliveryAnswer } from './connector.ts';
export { type Connectors, createConnectors } from './connectors.ts';
export { type PlatformName, platformNames } from './platforms/platform.ts';
export { connectorsStation } from './station.ts';
