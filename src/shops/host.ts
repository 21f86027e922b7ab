import type { IncomingMessage } from 'node:http';

/** The host name that a request is for, as shops are told apart by it: in lower case, without port and final dot. */
export function hostOf({ headers: { host = '' } }: Pick<IncomingMessage, 'headers'>): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}
