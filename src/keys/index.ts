export { createKey, createKeyRing, type Key, type KeyRing, listKeys, revokeKey, type Scope, scopes } from './keys.ts';
export { keysStation } from './station.ts';
