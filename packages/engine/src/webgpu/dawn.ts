import { UmbraError } from '@umbra/core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The used part of a WebGPU adapter. */
export interface GpuAdapter {
  readonly info: { readonly vendor: string; readonly device: string; readonly description: string }
  readonly features: { readonly has: (name: string) => boolean }
  readonly limits: Readonly<Record<string, number>>
  readonly requestDevice: (options: object) => Promise<GpuDevice>
}

/** The used part of a WebGPU device. */
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
  /** `GPUBufferUsage` and the like. */
  readonly globals: Readonly<Record<string, unknown>>
}

/** How to install the packages of the engine. */
export const WEBGPU_REMEDY =
  'Run "npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0" where Umbra is installed'

/**
 * Entry of the package `webgpu`, resolved from this package and then from the current folder: it is not a dependency,
 * because it contains libraries for every platform (130 MB). Undefined if it is not installed.
 */
export function findDawn(folder: string = process.cwd()): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(folder, 'package.json'))]) {
    try {
      return createRequire(from).resolve('webgpu')
    } catch {
      // Not installed there: try the next folder.
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
      expected: `an npm package webgpu for ${process.platform} on ${process.arch}`,
      received: cause instanceof Error ? cause.message.replace(/\n.*/s, '') : String(cause),
      remedy: 'Use --engine auto, which takes the best available engine',
      cause,
    })
  }
}

const dawnMissing = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'webgpu engine',
    expected: 'the npm package webgpu',
    received: 'none',
    remedy: WEBGPU_REMEDY,
  })
