import { describe } from '@jest/globals';
import { findChromium } from './browser.ts';

/** A suite in a real browser; skipped, saying so, where none is on this machine. `.ci/run` lets none be skipped. */
export function describeWithBrowser(name: string, suite: () => void): void {
  if (findChromium()) describe(name, suite);
  else describe.skip(`${name} [skipped: no Chromium on this machine; PANNIER_CHROMIUM names one]`, suite);
}
