import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { type BlockList, isIP, type LookupFunction } from 'node:net';
import { basename } from 'node:path';
import { type FileAside, setAside } from '../../intake/index.ts';
import { codeVersion } from '../../project.ts';
import { say } from '../../sentences/index.ts';
import { type Feed, FeedProblem, type Validators } from './feed.ts';
import { isAllowedAddress } from './public-address.ts';

/** How a file is fetched. */
export interface FetchBounds {
  /** that are not public, and from which feeds may come all the same */
  networks: BlockList;
  /** of the file as it comes */
  mostMb: number;
  /** from asking to its last byte, with all that it is led on */
  seconds: number;
  /** the service ends */
  leave: AbortSignal;
}

/** A file that has come whole, or that is the one that was taken in last. */
export type FetchedFeed =
  | { status: 'unchanged' }
  | { status: 'changed'; file: FileAside; name: string; validators: Validators };

interface Address {
  address: string;
  family: number;
}

const mostRedirects = 5;

/**
 * Fetches the file of a feed onto the disk, whole or not at all. Every address is looked up once, judged and then connected to, so
 * that a name cannot mean another machine the next moment.
 * @throws FeedProblem that says why not
 */
export async function fetchFeed(
  { name, url, validators }: Pick<Feed, 'name' | 'url' | 'validators'>,
  bounds: FetchBounds,
): Promise<FetchedFeed> {
  const { seconds, leave } = bounds;
  const late = AbortSignal.timeout(seconds * 1_000);
  const signal = AbortSignal.any([late, leave]);
  try {
    const { answer, at } = await askAlong(new URL(url), validators, { ...bounds, signal });
    if (answer.statusCode === 304) {
      answer.destroy();
      return { status: 'unchanged' };
    }
    const hash = createHash('sha256');
    const file = await setAside(taken(answer, hash, bounds));
    const { etag = null, 'last-modified': lastModified = null } = answer.headers;
    return {
      status: 'changed',
      file,
      name: fileName(at) ?? name,
      validators: { etag, lastModified, hash: hash.digest() },
    };
  } catch (error) {
    if (late.aborted && !leave.aborted) throw new FeedProblem(say('feed.too-slow', { seconds }));
    throw error;
  }
}

type AskBounds = Pick<FetchBounds, 'networks'> & { signal: AbortSignal };

/** The answer at the end of what an address leads to. */
async function askAlong(
  url: URL,
  validators: Validators | null,
  bounds: AskBounds,
): Promise<{ answer: IncomingMessage; at: URL }> {
  const authorization = authorizationOf(url);
  const { origin } = url;
  let at = url;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await ask(at, headersOf(validators, at.origin === origin ? authorization : undefined), bounds);
    const { statusCode = 0 } = answer;
    const isLedOn = [301, 302, 303, 307, 308].includes(statusCode) && answer.headers.location !== undefined;
    if (!isLedOn) {
      const isKnown = statusCode === 304 && (validators?.etag ?? validators?.lastModified) != null;
      if (statusCode === 200 || isKnown) return { answer, at };
      answer.destroy();
      throw new FeedProblem(say('feed.status', { status: statusCode }));
    }
    answer.destroy();
    at = nextOf(at, answer.headers.location!);
  }
  throw new FeedProblem(say('feed.led-on', { most: mostRedirects }));
}

function nextOf(at: URL, location: string): URL {
  const next = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
  const isWeb = next !== undefined && /^https?:$/.test(next.protocol);
  if (!isWeb || (at.protocol === 'https:' && next.protocol === 'http:'))
    throw new FeedProblem(say('feed.led-astray', {}));
  return next;
}

/** What stands before the host of an address is for whoever is asked there. */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function headersOf(validators: Validators | null, authorization: string | undefined): OutgoingHttpHeaders {
  const { etag, lastModified } = validators ?? {};
  return {
    'User-Agent': `pannier/${codeVersion}`,
    Accept: '*/*',
    'Accept-Encoding': 'gzip',
    ...(authorization !== undefined && { Authorization: authorization }),
    ...(etag != null && { 'If-None-Match': etag }),
    ...(lastModified != null && { 'If-Modified-Since': lastModified }),
  };
}

async function ask(url: URL, headers: OutgoingHttpHeaders, { networks, signal }: AskBounds): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookUp(host, signal);
  const refused = addresses.find(({ address }) => !isAllowedAddress(address, networks));
  if (refused) throw new FeedProblem(say('feed.private-address', { host, address: refused.address }));
  const { protocol, hostname, port, pathname, search } = url;
  const { request } = protocol === 'https:' ? https : http;
  const options = { protocol, hostname: host, port, path: pathname + search, headers, signal, agent: false as const };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, lookup: pinnedTo(addresses) }, resolve);
    asked.on('error', (error) => reject(signal.aborted ? error : unreachable(hostname, error)));
    asked.end();
  });
}

async function lookUp(host: string, signal: AbortSignal): Promise<Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  ended.catch(() => {});
  try {
    return await Promise.race([lookup(host, { all: true }), ended]);
  } catch (error) {
    throw signal.aborted ? error : unreachable(host, error as Error);
  }
}

/** A connection asks no name server again. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_host, options, callback) => {
    const [{ address, family }] = addresses;
    if (options.all) (callback as unknown as (error: null, all: readonly Address[]) => void)(null, addresses);
    else callback(null, address, family);
  };
}

function unreachable(host: string, error: Error): FeedProblem {
  const { code, message } = error as NodeJS.ErrnoException;
  return new FeedProblem(say('feed.unreachable', { host, why: code ?? message }), { cause: error });
}

/** The bytes of an answer, within bounds. Packed ones are unpacked where the file is read, which has its own bounds. */
async function* taken(
  answer: IncomingMessage,
  hash: ReturnType<typeof createHash>,
  { mostMb }: FetchBounds,
): AsyncGenerator<Buffer> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const most = mostMb * 2 ** 20;
  try {
    if (!/^(x-)?gzip$|^identity$/i.test(encoding)) throw new FeedProblem(say('feed.packed', { encoding }));
    if (Number(answer.headers['content-length'] ?? 0) > most) throw tooLarge(mostMb);
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) throw tooLarge(mostMb);
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    throw new FeedProblem(say('feed.broken-off', {}), { cause: error });
  } finally {
    answer.destroy();
  }
}

const tooLarge = (size: number) => new FeedProblem(say('feed.too-large', { size }));

/** What a file is called may tell how it is written. */
function fileName({ pathname }: URL): string | undefined {
  const name = basename(pathname).slice(-100);
  return /\.[a-z0-9]{2,8}$/i.test(name) ? name : undefined;
}
