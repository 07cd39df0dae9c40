import { getKernel, type KernelConfig, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './wasm-backend.js'

/** Runs a registered wasm kernel on borrowed inputs. */
export type RunKernel = (
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs?: Readonly<Record<string, unknown>>,
) => TensorInfo

/** What a composed kernel is given. */
export interface Composition<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly attrs: Attrs
  readonly backend: WasmBackend
  readonly run: RunKernel
  /** Has a tensor given back at the end, as those of `run` are. */
  readonly own: (info: TensorInfo) => TensorInfo
}

/**
 * A wasm kernel made of other wasm kernels. It works on tensor infos and not on tensors, so that inputs stay
 * borrowed: what `run` returns owns one reference, and all of them but the result are given back at the end.
 */
export function composedKernel<Inputs, Attrs>(
  kernelName: string,
  compose: (composition: Composition<Inputs, Attrs>) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as WasmBackend
      const owned: TensorInfo[] = []
      const own = (info: TensorInfo): TensorInfo => {
        owned.push(info)
        return info
      }
      const run: RunKernel = (name, operands, options = {}) => {
        return own(runWasmKernel(wasm, name, operands, options))
      }
      let result: TensorInfo | undefined
      try {
        result = compose({ inputs: inputs as Inputs, attrs: attrs as Attrs, backend: wasm, run, own })
        return result
      } finally {
        for (const info of owned) if (info !== result) wasm.disposeData(info.dataId)
      }
    },
  }
}

function runWasmKernel(
  backend: WasmBackend,
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): TensorInfo {
  const kernel = getKernel(kernelName, 'wasm')
  return kernel.kernelFunc({
    inputs: inputs,
    attrs: attrs as NamedAttrMap,
    backend,
  }) as TensorInfo
}
