/** The whole memory in its number types: the number at an address is `f32[address >>> 2]`, `f64[address >>> 3]`, … */
export interface Heap {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u8: Uint8Array;
}

/** What a kernel computes, in plain typed-array code: the same arguments, addresses among them, over the same memory. */
export type PlainKernel = (heap: Heap, ...numbers: number[]) => void;

/** The kernels of one assembly file and their plain twins. */
export interface KernelSet {
  /** base64 of the module with SIMD */
  readonly simd: string;
  /** base64 of the module with SIMD and fused multiply-add */
  readonly relaxedSimd: string;
  /** by the name of the exported kernel; every one has its twin */
  readonly plain: Readonly<Record<string, PlainKernel>>;
}

/** The views of a memory in every number type; they share its bytes. */
export function heapOf(buffer: SharedArrayBuffer): Heap {
  return {
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    u8: new Uint8Array(buffer),
  };
}
