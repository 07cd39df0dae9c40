import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import { type Dawn, type GpuAdapter, type GpuDevice, WEBGPU_REMEDY, findDawn, loadDawn } from './dawn.js'
import { checkedReads } from './checked-reads.js'
import { integerTranspose } from './integer-transpose.js'

const WEBGPU = 'webgpu'

let registered: Promise<GpuAdapter> | undefined
/** Keeps references: Dawn frees unreferenced objects while the device still uses them, and crashes. */
const kept: unknown[] = []

/**
 * Registers the backend `webgpu` of TensorFlow.js on a device of this machine; returns its adapter. A process has one; later
 * calls return it. Throws UMBRA_ENGINE_UNAVAILABLE if the package `webgpu` or an adapter is missing.
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
  // The backend's code uses these as globals, as in a browser.
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  const Backend = await loadBackend()
  const backend = checkedReads(
    asInBrowser(() => new Backend(device, adapter.info)),
    device,
  )
  tf.registerBackend(WEBGPU, () => backend, 2)
  integerTranspose(backend)
  return adapter
}

type Backend = new (device: GpuDevice, info: object) => tf.KernelBackend

/** Loaded only on request, from a package that is not installed along. Without `navigator.gpu` it registers its kernels, but no backend. */
async function loadBackend(): Promise<Backend> {
  try {
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
    return WebGPUBackend as unknown as Backend
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'webgpu engine',
      expected: 'the npm package @tensorflow/tfjs-backend-webgpu',
      received: cause instanceof Error ? cause.message.replace(/\n.*/s, '') : String(cause),
      remedy: WEBGPU_REMEDY,
      cause,
    })
  }
}

/** Runs work with a `navigator.gpu`, which the backend's constructor checks. Removed afterwards: other packages check it too. */
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

/** Display name of an adapter. */
export const adapterName = ({ vendor, device, description }: GpuAdapter['info']): string =>
  [description, `${vendor} ${device}`.trim()].find((name) => name !== '') ?? 'an unnamed adapter'

const noAdapter = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'a GPU adapter (Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows)',
    received: 'none',
    remedy: adapterRemedy(),
  })

/** How to make an adapter available here. */
export const adapterRemedy = (os: string = process.platform): string =>
  os === 'linux'
    ? "Install the Vulkan loader (libvulkan1) and the GPU's Vulkan driver, or use --engine auto"
    : "Install the GPU's driver, or use --engine auto"
