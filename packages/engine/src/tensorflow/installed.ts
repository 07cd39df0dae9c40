import { UmbraError, suggestion, z } from '@umbra/core'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '../cache-dir.js'
import { cacheError } from '../cache-error.js'
import { ADDON } from './build-addon.js'
import { hasGpuDevice } from './gpu-state.js'
import { compareVersions } from './compare-versions.js'

/** The `manifest.json` of an installation. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Of libtensorflow. */
  version: z.string(),
  gpu: z.boolean(),
  os: z.string(),
  arch: z.string(),
  wheel: z.string(),
  sha256: z.string(),
  /** CUDA wheels unpacked with it. */
  companions: z.array(z.object({ wheel: z.string(), sha256: z.string() })),
  /** Release of `@tensorflow/tfjs-node-gpu` whose addon was built and whose kernels are there. */
  binding: z.string(),
  compiler: z.string(),
  installed: z.string(),
})
/** What `manifest.json` of an installation says. */
export type Manifest = z.output<typeof manifestSchema>

/** A libtensorflow in the user's cache. */
export interface InstalledEngine extends Manifest {
  /** Name of its folder, for `removeTensorflow`: `2.21.0` or `2.21.0-gpu`. */
  readonly name: string
  readonly folder: string
}

export const MANIFEST = 'manifest.json'

/** Folder of all installations. */
export const enginesDir = (cache: string = cacheDir()): string => join(cache, 'tensorflow')

export const engineName = (version: string, gpu: boolean): string => (gpu ? `${version}-gpu` : version)

/**
 * Every complete installation for this platform, in the order in which they are tried: with a GPU those for GPUs first,
 * otherwise last; newest first.
 */
export function listEngines(cache?: string): InstalledEngine[] {
  const root = enginesDir(cache)
  if (!existsSync(root)) return []
  const engines = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => readInstalled(root, entry.name))
    .filter((engine) => engine !== undefined)
    .filter(({ os, arch }) => os === process.platform && arch === process.arch)
    .sort((a, b) => compareVersions(b.version, a.version))
  return byUse(engines, hasGpuDevice())
}

/**
 * Removes an installation by its name, or all of them; returns the names removed. Throws UMBRA_UNKNOWN_ID.
 */
export async function removeTensorflow(name?: string, cache?: string): Promise<string[]> {
  const all = listEngines(cache)
  const selected = name === undefined ? all : all.filter((engine) => engine.name === name)
  if (name !== undefined && selected.length === 0) {
    throw new UmbraError('UMBRA_UNKNOWN_ID', {
      subject: `installed tensorflow engine "${name}"`,
      remedy: suggestion(
        name,
        all.map((engine) => engine.name),
      ),
    })
  }
  for (const engine of selected) {
    await rm(engine.folder, { recursive: true, force: true }).catch((cause: unknown) => {
      throw cacheError(engine.folder, cause)
    })
  }
  return selected.map((engine) => engine.name)
}

function readInstalled(root: string, name: string): InstalledEngine | undefined {
  const folder = join(root, name)
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')))
    return existsSync(join(folder, ADDON)) ? { ...manifest, name, folder } : undefined
  } catch {
    return undefined
  }
}

/** The order in which installations are tried: with a GPU those for GPUs first, otherwise last; else in the order of `engines`. */
export function byUse(engines: readonly InstalledEngine[], device: boolean): InstalledEngine[] {
  return [...engines].sort((a, b) => (a.gpu === b.gpu ? 0 : a.gpu === device ? -1 : 1))
}
