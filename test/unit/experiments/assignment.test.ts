import { describe, expect, test } from '@jest/globals';
import { assign, controlSalt, pointOf } from '../../../src/experiments/index.ts';

describe('assignment', () => {
  test('sticky, uniform, nested, and of one campaign independent of another', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `customer ${n}`);
    for (const share of [0.01, 0.05, 0.15, 0.5]) {
      const assigned = ids.filter((id) => assign('salt', id, share));
      expect(Math.abs(assigned.length / ids.length - share)).toBeLessThan(
        4 * Math.sqrt((share * (1 - share)) / ids.length),
      );
      expect(assigned.every((id) => assign('salt', id, share) && assign('salt', id, 1))).toBe(true);
      expect(assigned.every((id) => assign('salt', id, share * 1.5))).toBe(true);
      const both = assigned.filter((id) => assign(controlSalt('salt', 'other'), id, 0.5)).length;
      expect(Math.abs(both / assigned.length - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / assigned.length));
    }
    expect(ids.some((id) => assign('salt', id, 0))).toBe(false);
  });

  test('SHA-256 of salt and id, as anybody can compute it', () => {
    // printf 'salt\nC1' | sha256sum | cut -c1-12
    expect(pointOf('salt', 'C1')).toBe(0x61c511d23840 / 2 ** 48);
  });
});
