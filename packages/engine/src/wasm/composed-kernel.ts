import { getKernel, type KernelConfig, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './wasm-backend.js'

/** Runs a registered wasm kernel on borrowed inputs. */
export type RunKernel = (
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs?: Readonly<Record<string, unknown>>,
) => TensorInfo

/** The arguments of a composed kernel. */
export interface Composition<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly attrs: Attrs
  readonly backend: WasmBackend
  readonly run: RunKernel
  /** Releases a tensor at the end, as the results of `run` are. */
  readonly releaseLater: (info: TensorInfo) => TensorInfo
}

/**
 * A wasm kernel made of other wasm kernels. It works on tensor infos instead of tensors, so that inputs stay borrowed:
 * the results of `run` own one reference each, and all but the final result are released at the end.
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
      const releasable: TensorInfo[] = []
      const releaseLater = (info: TensorInfo): TensorInfo => {
        releasable.push(info)
        return info
      }
      const run: RunKernel = (name, operands, options = {}) => {
        return releaseLater(runWasmKernel(wasm, name, operands, options))
      }
      let result: TensorInfo | undefined
      try {
        result = compose({
          inputs: inputs as Inputs,
          attrs: attrs as Attrs,
          backend: wasm,
          run,
          releaseLater,
        })
        return result
      } finally {
        for (const info of releasable) if (info !== result) wasm.disposeData(info.dataId)
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
    inputs,
    attrs: attrs as NamedAttrMap,
    backend,
  }) as TensorInfo
}
