import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isSigned } from '../../../src/connectors/verify.ts';

const body = Buffer.alloc(2 ** 20, 0x61);
const secret = Buffer.from('secret');
const mac = createHmac('sha256', secret).update(body).digest();
const base64 = { encodings: ['base64'] } as const;

// Would see: an answer that comes sooner where there is no secret, no signature or one of another length, and so tells which it was.
test('takes as long whatever is wrong', () => {
  const cases: Record<string, [string | undefined, Buffer | undefined]> = {
    wrong: [Buffer.alloc(32).toString('base64'), secret],
    'no secret': [mac.toString('base64'), undefined],
    'no signature': [undefined, secret],
    short: ['AAAA', secret],
    'no base64': ['*'.repeat(44), secret],
  };
  const spent = Object.fromEntries(Object.keys(cases).map((name) => [name, Number.POSITIVE_INFINITY]));
  // The least of several rounds: what others do on the machine only adds.
  for (let round = 0; round < 12; round++) {
    for (const [name, [signature, known]] of Object.entries(cases)) {
      const started = process.cpuUsage();
      for (let time = 0; time < 4; time++) expect(isSigned(base64, body, signature, known)).toBe(false);
      const { user, system } = process.cpuUsage(started);
      spent[name] = Math.min(spent[name], user + system);
    }
  }
  for (const name of Object.keys(cases)) expect([name, spent[name] > spent['wrong'] / 2]).toEqual([name, true]);
});

test('is the true signature alone, in the encodings of the platform', () => {
  expect(isSigned(base64, body, mac.toString('base64'), secret)).toBe(true);
  expect(isSigned(base64, body, mac.toString('hex'), secret)).toBe(false);
  expect(isSigned({ encodings: ['hex'] }, body, `sha256=${mac.toString('hex')}`, secret)).toBe(true);
  expect(isSigned(base64, body, mac.toString('base64'), undefined)).toBe(false);
});
