import { setFlagsFromString } from 'node:v8';
import type { KernelSet } from './kernel-set.ts';

/** How kernels are executed, from fast to slow. */
export type Build = 'relaxed-simd' | 'simd' | 'plain';

const decode = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The builds that this engine can execute, fastest first; `plain` is always among them. */
export function availableBuilds(set: KernelSet): Build[] {
  // Node 20 has relaxed SIMD behind a flag, which modules that are compiled later obey.
  const relaxed = decode(set.relaxedSimd);
  if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const builds: Build[] = ['plain'];
  if (WebAssembly.validate(decode(set.simd))) builds.unshift('simd');
  if (WebAssembly.validate(relaxed)) builds.unshift('relaxed-simd');
  return builds;
}

/** The compiled module of a build; none where it is plain. */
export function compile(set: KernelSet, build: Build): WebAssembly.Module | undefined {
  if (build === 'plain') return undefined;
  return new WebAssembly.Module(decode(build === 'simd' ? set.simd : set.relaxedSimd));
}
