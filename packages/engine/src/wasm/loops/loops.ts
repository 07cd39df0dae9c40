import { LOOPS_BINARY } from './loops-binary.js'
import { type WasmBackend, memoryOf } from '../wasm-backend.js'

/** Arguments of the convolution and pooling loops after their three tensors; see the .as files. */
export type WindowArguments = readonly [
  batch: number,
  height: number,
  width: number,
  channels: number,
  outHeight: number,
  outWidth: number,
  outputs: number,
  taps: number,
  tapsAcross: number,
  strideDown: number,
  strideAcross: number,
  top: number,
  left: number,
]

type ConvLoop = (first: number, second: number, third: number, ...window: WindowArguments) => void

/** The functions of the .as files. Tensors are byte offsets into the memory of the backend. */
export interface Loops {
  readonly columnSums: (x: number, rows: number, columns: number, partial: number, totals: number) => void
  readonly moments: (
    x: number,
    pivot: number,
    rows: number,
    columns: number,
    partial: number,
    totals: number,
  ) => void
  readonly products: (
    dy: number,
    x: number,
    mean: number,
    rows: number,
    columns: number,
    partial: number,
    totals: number,
  ) => void
  readonly affine: (x: number, slope: number, shift: number, rows: number, columns: number, y: number) => void
  readonly pullBack: (
    dy: number,
    x: number,
    mean: number,
    slope: number,
    pull: number,
    shift: number,
    rows: number,
    columns: number,
    dx: number,
  ) => void
  readonly convFilter: ConvLoop
  readonly depthwiseFilter: ConvLoop
  readonly depthwiseInput: ConvLoop
  readonly maxPoolInput: ConvLoop
}

/** The used part of the global, which Node's type definitions lack. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const instances = new WeakMap<WasmBackend, Loops>()

/** The loops on the memory of a backend. */
export function loopsOf(backend: WasmBackend): Loops {
  const existing = instances.get(backend)
  if (existing !== undefined) return existing
  const module = new WebAssembly.Module(Buffer.from(LOOPS_BINARY, 'base64'))
  const { memory } = memoryOf(backend).asm
  const loops = new WebAssembly.Instance(module, { env: { memory } }).exports as Loops
  instances.set(backend, loops)
  return loops
}
