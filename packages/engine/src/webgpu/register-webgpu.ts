import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import { type Dawn, type GpuAdapter, type GpuDevice, findDawn, loadDawn } from './dawn.js'
import { checkedReads } from './checked-reads.js'
import { integerTranspose } from './integer-transpose.js'

export const WEBGPU = 'webgpu'

let registered: Promise<GpuAdapter> | undefined
/** Dawn frees what is no longer referenced from JavaScript while the device still works with it: a crash. */
const kept: unknown[] = []

/**
 * Registers the backend `webgpu` of TensorFlow.js on a device of this machine; returns its adapter. A process has one; later
 * calls return it. Throws UMBRA_ENGINE_UNAVAILABLE where the package `webgpu` or an adapter is missing.
 */
export function registerWebgpu(): Promise<GpuAdapter> {
  registered ??= register().catch((cause: unknown) => {
    registered = undefined
    throw cause
  })
  return registered
}

async function register(): Promise<GpuAdapter> {
  const dawn = await loadDawn(findDawn())
  const { adapter, device } = await openDevice(dawn)
  // The backend's code names these as globals, as a browser has them.
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  // Loaded only when asked for. Without `navigator.gpu` it registers its kernels alone, and no backend.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  const Backend = WebGPUBackend as unknown as new (device: GpuDevice, info: object) => tf.KernelBackend
  const backend = checkedReads(
    asInBrowser(() => new Backend(device, adapter.info)),
    device,
  )
  tf.registerBackend(WEBGPU, () => backend, 2)
  integerTranspose(backend)
  return adapter
}

/** Runs work while `navigator.gpu` is there: the backend's constructor asks for it. Gone again afterwards, for other packages ask too. */
function asInBrowser<T>(work: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} }, configurable: true })
  try {
    return work()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator')
    else Object.defineProperty(globalThis, 'navigator', before)
  }
}

async function openDevice(dawn: Dawn): Promise<{ adapter: GpuAdapter; device: GpuDevice }> {
  const gpu = dawn.create([])
  kept.push(gpu)
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw noAdapter()
  const { features, limits } = adapter
  const raised = [
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxStorageBufferBindingSize',
    'maxBufferSize',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ]
  const device = await adapter.requestDevice({
    requiredFeatures: ['timestamp-query'].filter((name) => features.has(name)),
    requiredLimits: Object.fromEntries(raised.map((name) => [name, limits[name]])),
  })
  kept.push(adapter, device)
  return { adapter, device }
}

/** What an adapter calls itself. */
export const adapterName = ({ vendor, device, description }: GpuAdapter['info']): string =>
  [description, `${vendor} ${device}`.trim()].find((name) => name !== '') ?? 'an unnamed adapter'

const noAdapter = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'a GPU adapter (Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows)',
    received: 'none',
    remedy: adapterRemedy(),
  })

/** How to get an adapter here. */
export const adapterRemedy = (os: string = process.platform): string =>
  os === 'linux'
    ? "Install the Vulkan loader (libvulkan1) and the GPU's Vulkan driver, or use --engine auto"
    : "Install the GPU's driver, or use --engine auto"
