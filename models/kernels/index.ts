import { availableBuilds, type Build } from './builds.ts';
import { compile } from './compile.ts';
import { createJobs } from './jobs.ts';
import type { KernelSet } from './kernel-set.ts';

export { availableBuilds, type Build } from './builds.ts';
export { type Heap, heapOf, type KernelSet, type PlainKernel } from './kernel-set.ts';

/** How kernels are executed; results differ by rounding alone. */
export interface KernelOptions {
  /** size of the memory, at most 4 GiB; pages that are never touched cost nothing */
  readonly bytes: number;
  /** threads that share the parts of a run, the caller's among them; 1 where not given */
  readonly threads?: number;
  /** the fastest available one where not given */
  readonly build?: Build;
}

/** Kernels of one set over one memory. Addresses are bytes; an array's address is its `byteOffset`. */
export interface Kernels {
  readonly build: Build;
  /** 1 where the build is plain */
  readonly threads: number;
  /** bytes of the memory that nothing has taken */
  readonly left: number;
  /** Zeroed arrays of the memory, each at a multiple of 64 bytes. */
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  uint32(length: number): Uint32Array;
  uint8(length: number): Uint8Array;
  /** Copies into the memory. */
  keepFloat32(source: ArrayLike<number>): Float32Array;
  keepFloat64(source: ArrayLike<number>): Float64Array;
  keepUint32(source: ArrayLike<number>): Uint32Array;
  /** Calls `body`; what it allocated is free again afterwards. */
  scope<T>(body: () => T): T;
  /**
   * Executes a kernel once for each argument list, several at a time, and returns when all are done. The parts must
   * write to different places and must not depend on the number of threads, so that neither does the result.
   */
  run(kernel: string, parts: readonly (readonly number[])[]): void;
  /** Ends the workers; nothing can be run afterwards. */
  dispose(): void;
}

const pageBytes = 65_536;
const mostPages = 65_536;
const alignment = 64;
/** The largest memory that kernels can have: addresses are of 32 bits. */
export const mostKernelBytes = mostPages * pageBytes - alignment;

/**
 * A memory of the given size, the set's kernels over it, and worker threads that execute them.
 *
 * @throws RangeError when the memory is larger than 4 GiB, the threads are no positive whole number or the build is
 *   not available
 */
export function createKernels(
  set: KernelSet,
  { bytes, threads = 1, build = availableBuilds(set)[0] }: KernelOptions,
): Kernels {
  // The first line of the memory stays unused, so that no array has address 0.
  const pages = Math.ceil((bytes + alignment) / pageBytes);
  if (!(pages >= 1 && pages <= mostPages)) throw new RangeError(`bytes must be at most 4 GiB, not ${bytes}`);
  if (!(Number.isInteger(threads) && threads >= 1)) throw new RangeError(`threads must be at least 1, not ${threads}`);
  if (!availableBuilds(set).includes(build)) throw new RangeError(`build ${build} is not available here`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const { buffer } = memory;
  const jobs = createJobs(set, memory, compile(set, build), build === 'plain' ? 1 : threads);
  let end = alignment;
  let used = alignment;

  function reserve(length: number, width: number): number {
    const start = end;
    const next = start + Math.ceil((length * width) / alignment) * alignment;
    if (next > buffer.byteLength) {
      throw new RangeError(`kernel memory of ${bytes} bytes is full: ${length * width} more were asked for`);
    }
    if (start < used) new Uint8Array(buffer, start, Math.min(used, next) - start).fill(0);
    end = next;
    used = Math.max(used, end);
    return start;
  }
  const float64 = (length: number) => new Float64Array(buffer, reserve(length, 8), length);
  const float32 = (length: number) => new Float32Array(buffer, reserve(length, 4), length);
  const uint32 = (length: number) => new Uint32Array(buffer, reserve(length, 4), length);

  return {
    build,
    threads: jobs.threads,
    get left() {
      return buffer.byteLength - end;
    },
    float32,
    float64,
    uint32,
    uint8: (length) => new Uint8Array(buffer, reserve(length, 1), length),
    keepFloat32: (source) => {
      const kept = float32(source.length);
      kept.set(source);
      return kept;
    },
    keepFloat64: (source) => {
      const kept = float64(source.length);
      kept.set(source);
      return kept;
    },
    keepUint32: (source) => {
      const kept = uint32(source.length);
      kept.set(source);
      return kept;
    },
    scope: (body) => {
      const start = end;
      try {
        return body();
      } finally {
        end = start;
      }
    },
    run: jobs.run,
    dispose: jobs.dispose,
  };
}
