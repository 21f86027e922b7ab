/** How pages ask the service: the contract's operations alone. */
export type { EveryRow } from './every-row.ts';
export { type Asked, type Change, type Pages, type Source, useChange, useGet, usePages, useRenew } from './hooks.ts';
export { type Answer, type ApiRequest, ask, curlOf, get, post, put, remove } from './request.ts';
export { ApiError, type Problem, send, sendForText, sentencesOf } from './send.ts';
