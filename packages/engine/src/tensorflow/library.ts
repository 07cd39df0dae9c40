import { UmbraError } from '@umbra/core'
import { join } from 'node:path'
import { ADDON } from './build-addon.js'
import { type BindingPackage, bindingPackage } from './binding-package.js'
import { type InstalledEngine, listEngines } from './installed.js'
import { type StockPackage, findStock } from './stock-package.js'

/** The kernels of tfjs-node in JavaScript. */
type Kernels = Pick<BindingPackage, 'require' | 'version'>

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
  /** The kernels of the addon's version. Throws UMBRA_ENGINE_UNAVAILABLE. */
  readonly kernels: () => Kernels
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
    kernels: () => kernelsOf(engine),
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
    kernels: () => stockKernels(stock),
  }
}

function kernelsOf(engine: InstalledEngine): Kernels {
  const binding = bindingPackage()
  if (binding.version === engine.binding) return binding
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: `tensorflow engine ${engine.name}`,
    expected: `an addon of @tensorflow/tfjs-node-gpu ${binding.version}`,
    received: `one of ${engine.binding}`,
    remedy: 'Run "umbra engine install" again',
  })
}

/** This package's copy if its version matches: it shares tfjs-core with this package, wherever the stock one is installed. */
function stockKernels(stock: StockPackage): Kernels {
  try {
    const binding = bindingPackage()
    if (binding.version === stock.version) return binding
  } catch {
    // An installation without optional dependencies.
  }
  return stock
}
