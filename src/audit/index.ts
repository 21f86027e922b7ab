export { type Audit, createAudit } from './audit.ts';
export { type AuditCheck, checkJson } from './check.ts';
export { auditStation } from './station.ts';
export { noteDeed } from './store.ts';
