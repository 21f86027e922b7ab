import { setFlagsFromString } from 'node:v8';
import type { KernelSet } from './kernel-set.ts';

/** How kernels are executed, from fast to slow. */
export type Build = 'relaxed-simd' | 'simd' | 'plain';

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The builds of each set that this engine can execute, examined once. */
const examined = new WeakMap<KernelSet, Build[]>();

function examine(set: KernelSet): Build[] {
  // Node 20 has relaxed SIMD behind a flag, which modules that are compiled later obey.
  const relaxed = bytesOf(set, 'relaxed-simd');
  if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const builds: Build[] = ['plain'];
  if (WebAssembly.validate(bytesOf(set, 'simd'))) builds.unshift('simd');
  if (WebAssembly.validate(relaxed)) builds.unshift('relaxed-simd');
  return builds;
}

/**
 * The builds that this engine can execute, fastest first; `plain` is always among them.
 *
 * @returns a list of the caller's own; the engine is examined once for each set
 */
export function availableBuilds(set: KernelSet): Build[] {
  const builds = examined.get(set) ?? examine(set);
  examined.set(set, builds);
  return [...builds];
}

/** The WebAssembly of a build, in bytes. */
export function bytesOf(set: KernelSet, build: Exclude<Build, 'plain'>): Uint8Array {
  return decode(build === 'simd' ? set.simd : set.relaxedSimd);
}
