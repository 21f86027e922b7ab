import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { codeOf, stepOf, toBase32, uriOf } from '../../../src/accounts/secrets/one-time-codes.ts';
import { hashPassword, isPassword } from '../../../src/accounts/secrets/password.ts';
import { readSessionCookie, sessionCookie } from '../../../src/http/requests/session-cookie.ts';

const secret = Buffer.from('12345678901234567890');

describe('one-time codes', () => {
  // RFC 6238, appendix B (SHA-1), and RFC 4226, appendix D.
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %i the code is %s', (second, code) => {
    expect(codeOf(secret, Math.floor(second / 30), 8)).toBe(code);
    expect(codeOf(secret, Math.floor(second / 30))).toBe(code.slice(2));
  });

  test('of the first ten counts are those of RFC 4226', () => {
    const codes = Array.from({ length: 10 }, (_, count) => codeOf(secret, count));
    expect(codes.join(' ')).toBe('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489');
  });

  // Would see: a code that is good for a minute and a half only in one direction, or for ever.
  test('are good one step before and after, and no longer', () => {
    const codeAt = (second: number) => codeOf(secret, second / 30);
    const now = new Date(1_200_000_000_000);
    const step = 1_200_000_000 / 30;
    const found = [-60, -30, 0, 30, 60].map((off) => stepOf(secret, codeAt(1_200_000_000 + off), now));
    expect(found).toEqual([undefined, step - 1, step, step + 1, undefined]);
    for (const none of ['', '12345', '1234567', '١٢٣٤٥٦']) expect(stepOf(secret, none, now)).toBeUndefined();
  });

  // RFC 4648, section 10.
  test('secrets are typed in base 32', () => {
    const written = ['f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => toBase32(Buffer.from(text)));
    expect(written).toEqual(['MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
    expect(uriOf(secret, 'a@b')).toBe(`otpauth://totp/Pannier:a%40b?secret=${toBase32(secret)}&issuer=Pannier`);
  });
});

describe('passwords', () => {
  test('are known again, whatever code points they were typed with, and only they', async () => {
    const stored = await hashPassword('caf\u00e9 am Morgen');
    expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await isPassword('cafe\u0301 am Morgen', stored)).toBe(true);
    expect(await isPassword('cafe am Morgen', stored)).toBe(false);
    expect(await hashPassword('caf\u00e9 am Morgen')).not.toBe(stored);
  });

  // RFC 7914, section 12: what was hashed at another cost is still known.
  test('of another cost are checked at theirs', async () => {
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    ).toString('base64url');
    const salt = Buffer.from('SodiumChloride').toString('base64url');
    expect(await isPassword('pleaseletmein', `scrypt$16384$8$1$${salt}$${hash}`)).toBe(true);
  });

  // Would see: an answer that is quicker where there is no such user.
  test('where there is none to compare with it takes as long', async () => {
    const stored = await hashPassword('a password of somebody');
    const took = async (against: string | null) => {
      const started = performance.now();
      expect(await isPassword('something else', against)).toBe(false);
      return performance.now() - started;
    };
    await took(null);
    const [none, some] = [await took(null), await took(stored)];
    expect(none).toBeGreaterThan(some / 3);
  });
});

describe('the cookie', () => {
  const token = createHmac('sha256', 'x').update('y').digest('base64url');

  test('is for this site and no script, and for https where it was asked by it', () => {
    const plain = `pannier_session=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800`;
    expect([sessionCookie(token, false), sessionCookie(token, true)]).toEqual([plain, `${plain}; Secure`]);
  });

  test('is found among others, and nothing like it', () => {
    const found = [`pannier_session=${token}`, `a=b; pannier_session=${token}; c=d`].map(readSessionCookie);
    expect(found).toEqual([token, token]);
    const none = [
      '',
      'pannier_session=',
      `x_pannier_session=${token}`,
      `pannier_session=${token}x`,
      'pannier_session=../..',
    ];
    expect(none.map(readSessionCookie)).toEqual(none.map(() => undefined));
  });
});
