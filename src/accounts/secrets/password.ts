import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

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
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? (await nobodys())).split('$');
  const wanted = Buffer.from(hash, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, 'base64url'), wanted.length, options);
  return timingSafeEqual(found, wanted) && stored !== null;
}

let ofNobody: Promise<string> | undefined;

function nobodys(): Promise<string> {
  ofNobody ??= hashPassword(randomBytes(hashBytes).toString('hex'));
  return ofNobody;
}

/** Hashing at once, each with its memory and a thread; others wait for the one before theirs. */
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
let turn = 0;

/** The same letter may be typed as other code points. */
function derive(password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  const lane = turn++ % lanes.length;
  const derived = lanes[lane].then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, length, { ...options, maxmem: 2 ** 26 }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
  lanes[lane] = derived.catch(() => {});
  return derived;
}
