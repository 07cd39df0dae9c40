import { UmbraError } from '@umbra/core'
import { join } from 'node:path'
import { ADDON } from './build-addon.js'
import { existsSync } from 'node:fs'
import { BINDING, KERNELS, installedBinding } from './binding-source.js'
import { type InstalledEngine, listEngines } from './installed.js'
import { findStock } from './stock-package.js'

/** A libtensorflow with an addon, ready to be loaded. */
export interface Library {
  /** Its name in messages. */
  readonly subject: string
  readonly gpu: boolean
  readonly folder: string
  /** Path of the native addon. */
  readonly addon: string
  /** Of libtensorflow, if known before loading. */
  readonly version?: string
  /** The npm package that it is part of. */
  readonly stock?: string
  /** What to do if it does not load. */
  readonly remedy: string
  /** The folder of the addon's kernels in JavaScript. Throws UMBRA_ENGINE_UNAVAILABLE. */
  readonly kernels: () => string
}

/** The libraries that `umbra engine install` installed, in the order in which they are tried. */
export const installedLibraries = (cache?: string): Library[] =>
  listEngines(cache).map((engine) => ({
    subject: `tensorflow engine ${engine.name}`,
    gpu: engine.gpu,
    folder: engine.folder,
    addon: join(engine.folder, ADDON),
    version: engine.version,
    remedy: 'Run "umbra engine install --force", or use the wasm engine',
    kernels: () =>
      kernelsOf(engine) ??
      otherVersion(`tensorflow engine ${engine.name}`, engine.binding, 'Run "umbra engine install" again'),
  }))

/** The library of an installed tfjs-node. Throws UMBRA_ENGINE_UNAVAILABLE. */
export function stockLibrary(): Library {
  const stock = findStock()
  return {
    subject: `${stock.name} ${stock.version}`,
    gpu: stock.gpu,
    folder: stock.folder,
    addon: stock.addon,
    stock: `${stock.name} ${stock.version}`,
    remedy: `Run "npm rebuild ${stock.name}", or unset UMBRA_TENSORFLOW`,
    kernels: () =>
      stock.version === BINDING.version
        ? stock.folder
        : otherVersion(
            stock.name,
            stock.version,
            `Install ${stock.name} ${BINDING.version}, or unset UMBRA_TENSORFLOW`,
          ),
  }
}

/** The kernels of an installed engine: its own, or in an installation of before they were kept there, those beside this package. */
export function kernelsOf(engine: InstalledEngine): string | undefined {
  if (engine.binding !== BINDING.version) return undefined
  const own = join(engine.folder, KERNELS)
  return existsSync(join(own, 'package.json')) ? own : installedBinding()
}

function otherVersion(subject: string, version: string, remedy: string): never {
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject,
    expected: `the kernels of tfjs-node ${BINDING.version}, the version of tfjs-core`,
    received: `those of ${version}, or none`,
    remedy,
  })
}
