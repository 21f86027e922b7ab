import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { projectPath } from '../../src/project.ts';

const folder = projectPath('dist/console');
const page = readFileSync(`${folder}/index.html`, 'utf8');
const sizeOf = (file: string) => gzipSync(readFileSync(`${folder}/${file}`), { level: 9 }).length;
const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
const assets = readdirSync(`${folder}/assets`).map((file) => `assets/${file}`);
const inPage = assets.filter((file) => page.includes(file));

// Would see: a library that pages alone need, and that everybody now waits for before the first thing is drawn.
test('the shell is at most 120 kB: what the page itself loads, and what those files import', () => {
  const needed = new Set(inPage);
  for (const file of needed) {
    if (!file.endsWith('.js')) continue;
    for (const [, target] of readFileSync(`${folder}/${file}`, 'utf8').matchAll(
      /(?:from|import)\s*["']\.\/([^"']+)["']/g,
    )) {
      needed.add(`assets/${target}`);
    }
  }
  expect(inPage.length).toBeGreaterThan(1);
  expect(sum([...needed].map(sizeOf))).toBeLessThan(120_000);
});

test('no file is larger than 100 kB', () => {
  expect(assets.map((file) => [file, sizeOf(file)]).filter(([, size]) => Number(size) > 100_000)).toEqual([]);
});

test('nothing in it is inline, and nothing is of elsewhere', () => {
  expect(page).not.toMatch(/<script>|<style|style=|onload=/);
  expect(
    [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target).filter((one) => !one?.startsWith('/')),
  ).toEqual([]);
});
