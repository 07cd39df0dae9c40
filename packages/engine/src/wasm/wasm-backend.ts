import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** The part of the wasm backend that the kernels use. */
export type WasmBackend = Pick<
  BackendWasm,
  'makeOutput' | 'typedArrayFromHeap' | 'getMemoryOffset' | 'disposeData' | 'incRef' | 'wasm'
>

/** The used part of the backend's Emscripten module. */
export interface WasmMemory {
  readonly asm: { readonly memory: object }
  readonly HEAPU8: Uint8Array
  readonly _malloc: (bytes: number) => number
  readonly _free: (address: number) => void
}

/** The memory of the backend and its allocator. */
export const memoryOf = (backend: WasmBackend): WasmMemory => backend.wasm as unknown as WasmMemory
