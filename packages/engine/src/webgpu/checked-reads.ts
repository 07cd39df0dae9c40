import type { KernelBackend } from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import type { GpuDevice } from './dawn.js'

/** The used part of the backend's tensor records. */
interface Reading {
  readonly tensorMap: { readonly get: (id: object) => { readonly values?: unknown; readonly dtype: string } }
}

/**
 * Makes reads report failures: the device reports them (no memory left, a refused program) separately from the results,
 * which are then silently wrong, and a synchronous read from the device needs a browser's canvas.
 */
export function checkedReads(backend: KernelBackend, device: GpuDevice): KernelBackend {
  let failure: string | undefined
  device.addEventListener('uncapturederror', ({ error }) => (failure ??= error.message))
  const { tensorMap } = backend as unknown as Reading
  const [read, readSync] = [backend.read.bind(backend), backend.readSync.bind(backend)]
  backend.read = async (id) => {
    const values = await read(id)
    if (failure !== undefined) throw deviceFailed(failure)
    return values
  }
  backend.readSync = (id) => {
    const { values, dtype } = tensorMap.get(id)
    if (values == null && dtype !== 'string') throw unreadable()
    return readSync(id)
  }
  return backend
}

const deviceFailed = (message: string): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'a device that computes',
    received: message.trim().replace(/\n.*/s, ''),
    remedy: 'Use a smaller batch, or another engine',
  })

const unreadable = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'values that are awaited: tensor.data()',
    received: 'a synchronous read (dataSync, arraySync) of a tensor on the device',
    remedy: 'Use another engine for this',
  })
