import { availableBuilds, type Build, bytesOf } from './builds.ts';
import type { KernelSet } from './kernel-set.ts';

/** By set and build, compiled once. */
const compiled = new WeakMap<KernelSet, Map<Build, WebAssembly.Module>>();

/** The compiled module of a build; none where it is plain. */
export function compile(set: KernelSet, build: Build): WebAssembly.Module | undefined {
  if (build === 'plain') return undefined;
  // Asking sets the flag that relaxed SIMD may need.
  availableBuilds(set);
  const modules = compiled.get(set) ?? new Map<Build, WebAssembly.Module>();
  compiled.set(set, modules);
  const module = modules.get(build) ?? new WebAssembly.Module(bytesOf(set, build));
  modules.set(build, module);
  return module;
}
