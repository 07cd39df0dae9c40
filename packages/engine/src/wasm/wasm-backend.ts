import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** What the kernels use of the wasm backend. */
export type WasmBackend = Pick<
  BackendWasm,
  'makeOutput' | 'typedArrayFromHeap' | 'getMemoryOffset' | 'disposeData' | 'incRef' | 'wasm'
>

/** What is used of the backend's Emscripten module. */
export interface WasmMemory {
  readonly asm: { readonly memory: object }
  readonly HEAPU8: Uint8Array
  readonly _malloc: (bytes: number) => number
  readonly _free: (address: number) => void
}

/** The memory of the backend and its allocator. */
export const memoryOf = (backend: WasmBackend): WasmMemory => backend.wasm as unknown as WasmMemory
