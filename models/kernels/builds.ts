import { setFlagsFromString } from 'node:v8';
import type { KernelSet } from './kernel-set.ts';

/** How kernels are executed, from fast to slow. */
export type Build = 'relaxed-simd' | 'simd' | 'plain';

const decode = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** What is known of a set's builds, found out once. */
const known = new WeakMap<KernelSet, { builds: Build[]; modules: Map<Build, WebAssembly.Module> }>();

function examine(set: KernelSet) {
  const before = known.get(set);
  if (before) return before;
  // Node 20 has relaxed SIMD behind a flag, which modules that are compiled later obey.
  const relaxed = decode(set.relaxedSimd);
  if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const builds: Build[] = ['plain'];
  if (WebAssembly.validate(decode(set.simd))) builds.unshift('simd');
  if (WebAssembly.validate(relaxed)) builds.unshift('relaxed-simd');
  const examined = { builds, modules: new Map<Build, WebAssembly.Module>() };
  known.set(set, examined);
  return examined;
}

/** The builds that this engine can execute, fastest first; `plain` is always among them. */
export function availableBuilds(set: KernelSet): Build[] {
  return [...examine(set).builds];
}

/** The compiled module of a build; none where it is plain. */
export function compile(set: KernelSet, build: Build): WebAssembly.Module | undefined {
  if (build === 'plain') return undefined;
  const { modules } = examine(set);
  if (!modules.has(build)) {
    modules.set(build, new WebAssembly.Module(decode(build === 'simd' ? set.simd : set.relaxedSimd)));
  }
  return modules.get(build);
}
