import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';

type Three = [number, number, number];

/** What the eye without one kind of cones makes of light (Machado, Oliveira and Fernandes 2009, severity 1), row by row. */
const eyes: Record<string, Three[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** 0.02 is what one just sees where two colours touch; thin lines apart from each other want several times that. */
const leastApart: Record<string, number> = { usual: 0.12, tritanopia: 0.06 };

const times = (matrix: readonly Three[], of: Three) =>
  matrix.map((row) => row.reduce((sum, factor, at) => sum + factor * of[at], 0)) as Three;
const held = (of: Three) => of.map((one) => Math.min(1, Math.max(0, one))) as Three;

/** sRGB to linear light. */
const lightOf = (hex: string) =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Three;

/** Linear light to Oklab (Ottosson 2020), in which distances are as they are seen. */
function oklab(light: Three): Three {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    light,
  ).map(Math.cbrt) as Three;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

const luminance = (light: Three) => 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];

const css = readFileSync(projectPath('src/console/kit/base/tokens.css'), 'utf8');
const palettes = { light: [] as string[], dark: [] as string[] };
for (const [, light, dark] of css.matchAll(/--series-\d: light-dark\((#\w{6}), (#\w{6})\)/g)) {
  palettes.light.push(light);
  palettes.dark.push(dark);
}
/** What lines are drawn on: oklch(1 0 0), and oklch(0.214 0.01 205). */
const surfaces = { light: '#ffffff', dark: '#12191b' };

// Would see: a teal and a green, or a pink and a grey, that are one colour for one man in twelve.
test.each(['light', 'dark'] as const)(
  'each two of the eight colours of series are told apart by every eye: %s',
  (theme) => {
    const colours = palettes[theme];
    expect(colours).toHaveLength(8);
    const alike: string[] = [];
    for (const [eye, matrix] of Object.entries(eyes)) {
      const seen = colours.map((hex) => oklab(held(times(matrix, lightOf(hex)))));
      for (const [at, one] of seen.entries()) {
        for (let other = 0; other < at; other++) {
          const apart = Math.hypot(...one.map((value, part) => value - seen[other][part]));
          if (apart < (leastApart[eye] ?? 0.08)) alike.push(`${eye}: ${other + 1} and ${at + 1} (${apart.toFixed(3)})`);
        }
      }
    }
    expect(alike).toEqual([]);
  },
);

// WCAG 2.2, 1.4.11.
test.each(['light', 'dark'] as const)('each of them stands out from what it is drawn on: %s', (theme) => {
  const ground = luminance(lightOf(surfaces[theme]));
  const contrasts = palettes[theme].map((hex) => {
    const own = luminance(lightOf(hex));
    return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
  });
  expect(Math.min(...contrasts)).toBeGreaterThan(3);
});
