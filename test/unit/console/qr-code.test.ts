import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { qrCode } from '../../../src/console/shared/qr-code.ts';
import { projectPath } from '../../../src/project.ts';

const drawn: { text: string; version: number; rows: string[] }[] = JSON.parse(
  readFileSync(projectPath('test/fixtures/qr-codes.json'), 'utf8'),
);

// The pictures are another program's. Would see: a wrong correction, order of blocks, mask, format or version, which make a
// picture that looks right and that no camera reads.
describe('a QR code', () => {
  test.each(drawn)('of version $version is as another program draws it', ({ text, version, rows }) => {
    const modules = qrCode(text);
    expect(modules).toHaveLength(17 + 4 * version);
    expect(modules!.map((line) => line.map((isDark) => (isDark ? '#' : '.')).join(''))).toEqual(rows);
  });

  // By the standard's table: what fits with correction M. Would see: a text that is cut off.
  test.each([
    [1, 14],
    [2, 26],
    [3, 42],
    [4, 62],
    [5, 84],
    [6, 106],
    [7, 122],
    [8, 152],
    [9, 180],
    [10, 213],
  ])('of version %i holds %i bytes', (version, bytes) => {
    expect(qrCode('a'.repeat(bytes))).toHaveLength(17 + 4 * version);
    expect(qrCode('a'.repeat(bytes + 1))?.length).toBe(version === 10 ? undefined : 21 + 4 * version);
  });
});
