import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './wasm-backend.js'

/** The arguments of a heap kernel. */
export interface HeapWork<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly attrs: Attrs
  readonly backend: WasmBackend
}

/** A wasm kernel that works on the memory of the backend, with its own loops. */
export function heapKernel<Inputs, Attrs>(
  kernelName: string,
  work: (work: HeapWork<Inputs, Attrs>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      work({ inputs: inputs as Inputs, attrs: attrs as Attrs, backend: backend as WasmBackend }),
  }
}

/**
 * The values of a tensor in the memory of the backend, not copied. Take views only after the last allocation of a
 * kernel: an allocation may grow the memory, which detaches earlier views.
 */
export function view(backend: WasmBackend, info: TensorInfo): Float32Array | Int32Array | Uint8Array {
  return backend.typedArrayFromHeap(info)
}

/** As `view`, for a float32 tensor. */
export function floats(backend: WasmBackend, info: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array
}

/** Byte offset of a tensor in the memory of the backend. */
export function offset(backend: WasmBackend, info: TensorInfo): number {
  return backend.getMemoryOffset(info.dataId)
}
