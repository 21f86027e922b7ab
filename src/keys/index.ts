export { type Key, type Scope, scopes } from './key.ts';
export { createKey, createKeyRing, type KeyRing, listKeys, revokeKey } from './keys.ts';
export { keysStation } from './station.ts';
