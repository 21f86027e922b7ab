export { type Key, type Scope, scopes } from './key.ts';
export { allowOrigins, createKey, createKeyRing, type KeyRing, listKeys, type NewKey, revokeKey } from './keys.ts';
export { speakFor } from './speak-for.ts';
export { keysStation } from './station.ts';
export { lockGovernors } from './store.ts';
