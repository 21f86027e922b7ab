export { listOf, pageOf } from './answers/lists.ts';
export { streamRows } from './answers/rows.ts';
export { type ContractDocument, type OperationId, readDocument } from './document/document.ts';
export { gatherHandlers } from './document/gather-handlers.ts';
export {
  type Call,
  type Caller,
  type Handler,
  type Handlers,
  type MediaType,
  maySee,
  type Reply,
} from './document/operations.ts';
export { wantedLanguages } from './requests/languages.ts';
export { clearedSessionCookie, deviceCookie, sessionCookie } from './requests/session-cookie.ts';
export { mostUploadBytes, type Upload } from './requests/upload.ts';
export { createHttpServer, stopHttpServer } from './server.ts';
export { type Health, type HealthProbe, readHealth, serviceRoutes } from './service-endpoints/health.ts';
export { createMetrics, gatherMetrics, type Metrics } from './service-endpoints/metrics.ts';
