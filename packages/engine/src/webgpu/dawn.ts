import { UmbraError } from '@umbra/core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What is used of a WebGPU adapter. */
export interface GpuAdapter {
  readonly info: { readonly vendor: string; readonly device: string; readonly description: string }
  readonly features: { readonly has: (name: string) => boolean }
  readonly limits: Readonly<Record<string, number>>
  readonly requestDevice: (options: object) => Promise<GpuDevice>
}

/** What is used of a WebGPU device. */
export interface GpuDevice {
  readonly addEventListener: (
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ) => void
}

interface Gpu {
  readonly requestAdapter: (options?: object) => Promise<GpuAdapter | null>
}

/** The npm package `webgpu`: Dawn, Chrome's WebGPU, for Node. */
export interface Dawn {
  readonly create: (flags: readonly string[]) => Gpu
  /** `GPUBufferUsage` and its like. */
  readonly globals: Readonly<Record<string, unknown>>
}

/** What installs the package. */
export const DAWN_REMEDY = 'Run "npm install webgpu" where Umbra is installed'

/**
 * Entry of the package `webgpu`, looked for from here and then from the current folder: it is no dependency of this package,
 * because it brings libraries for every platform (130 MB). Undefined where it is not installed.
 */
export function findDawn(folder: string = process.cwd()): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(folder, 'package.json'))]) {
    try {
      return createRequire(from).resolve('webgpu')
    } catch {
      // Not there: the next place.
    }
  }
  return undefined
}

/** Loads the package. Throws UMBRA_ENGINE_UNAVAILABLE. */
export async function loadDawn(entry: string | undefined): Promise<Dawn> {
  if (entry === undefined) throw dawnMissing()
  try {
    return (await import(pathToFileURL(entry).href)) as Dawn
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'webgpu engine',
      expected: `a npm package webgpu for ${process.platform} on ${process.arch}`,
      received: cause instanceof Error ? cause.message.split('\n')[0]! : String(cause),
      remedy: 'Use --engine auto, which takes the best engine there is',
      cause,
    })
  }
}

const dawnMissing = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'the npm package webgpu',
    received: 'none',
    remedy: DAWN_REMEDY,
  })
