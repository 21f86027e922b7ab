export { type ContractDocument, type OperationId, readDocument } from './document.ts';
export { gatherHandlers } from './gather-handlers.ts';
export { type HealthProbe, operationRoutes } from './health.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { Call, Handler, Handlers, MediaType, Reply } from './operations.ts';
export { streamRows } from './rows.ts';
export { createHttpServer, stopHttpServer } from './server.ts';
