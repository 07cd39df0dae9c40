import type { KernelBackend } from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import type { GpuDevice } from './dawn.js'

/** What is used of the backend's record of a tensor. */
interface Reading {
  readonly tensorMap: { readonly get: (id: object) => { readonly values?: unknown; readonly dtype: string } }
}

/**
 * Makes reads tell what went wrong: the device reports failures (no memory left, a program it refuses) beside the results,
 * which are then wrong without a word, and a synchronous read of what lies on the device needs a browser's canvas.
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
    received: message.trim().split('\n')[0]!,
    remedy: 'Use a smaller batch, or another engine',
  })

const unreadable = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'values that are awaited: tensor.data()',
    received: 'a synchronous read (dataSync, arraySync) of a tensor on the device',
    remedy: 'Use another engine for this',
  })
