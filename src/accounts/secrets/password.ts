import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { PannierError } from '../../errors.ts';

/** 32 MiB and about a quarter of a second (OWASP's figures for scrypt). Written beside each hash, so that they may change. */
const cost = { N: 2 ** 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

/** The shortest password that is taken, in characters. */
export const fewestCharacters = 10;

/** What is stored of a password: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, hashBytes, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Is it this password? Where there is none to compare with, it takes as long to say no: how long an answer takes tells
 * nobody which users there are.
 * @param options.isFirst past those who wait: of a browser that is known
 * @throws PannierError `too_many_requests` where too many wait
 */
export async function isPassword(
  password: string,
  stored: string | null,
  { isFirst = false }: { isFirst?: boolean } = {},
): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? (await nobodys())).split('$');
  const wanted = Buffer.from(hash, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, 'base64url'), wanted.length, options, isFirst);
  return timingSafeEqual(found, wanted) && stored !== null;
}

let ofNobody: Promise<string> | undefined;

function nobodys(): Promise<string> {
  ofNobody ??= hashPassword(randomBytes(hashBytes).toString('hex'));
  return ofNobody;
}

/**
 * Hashing at once, each with its memory and a thread; others wait for the one before theirs. The last lane is for whoever is known:
 * a flood of strangers does not hold them up.
 */
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve(), Promise.resolve()];
let turn = 0;
let waiting = 0;
/** As many take about five seconds. */
const mostWaiting = 40;

/** The same letter may be typed as other code points. */
function derive(
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
  isFirst = false,
): Promise<Buffer> {
  if (waiting >= mostWaiting && !isFirst) {
    throw new PannierError('too_many_requests', 'Too many sign in at once. Try again in some seconds.');
  }
  const lane = isFirst ? lanes.length - 1 : turn++ % (lanes.length - 1);
  waiting++;
  const derived = lanes[lane].then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, length, { ...options, maxmem: 2 ** 26 }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
  lanes[lane] = derived.catch(() => {}).then(() => waiting--);
  return derived;
}
