import { UmbraError, suggestion } from '@umbra/core'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ADDON } from './build-addon.js'

/** Environment variable that chooses where libtensorflow comes from. */
export const SOURCE_VARIABLE = 'UMBRA_TENSORFLOW'
const STOCK = 'stock'

/** Packages with their own libtensorflow, in the order in which they are tried. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** An installed tfjs-node whose install script has fetched its library and its addon. */
export interface StockPackage {
  readonly name: (typeof PACKAGES)[number]
  readonly version: string
  readonly folder: string
  /** Path of the native addon. */
  readonly addon: string
  readonly gpu: boolean
}

/** Whether the user asks for the library of a stock package. Throws UMBRA_OPTION for an invalid value. */
export function wantsStock(env: NodeJS.ProcessEnv = process.env): boolean {
  const value = env[SOURCE_VARIABLE] ?? ''
  if (value === '' || value === STOCK) return value === STOCK
  throw new UmbraError('UMBRA_OPTION', {
    subject: `environment variable ${SOURCE_VARIABLE}`,
    expected: `"${STOCK}", or nothing for the library that "umbra engine install" installs`,
    received: value,
    remedy: suggestion(value, [STOCK]),
  })
}

/**
 * The stock package to use, resolved from the current folder and then from this package: tfjs-node-gpu first. Throws
 * UMBRA_ENGINE_UNAVAILABLE if none is installed and built.
 */
export function findStock(folder: string = process.cwd()): StockPackage {
  const unbuilt: UnbuiltPackage[] = []
  for (const name of PACKAGES) {
    for (const from of [pathToFileURL(join(folder, 'package.json')).href, import.meta.url]) {
      const file = resolved(from, `${name}/package.json`)
      if (file === undefined) continue
      const stock = read(name, file)
      if ('addon' in stock) return stock
      if (!unbuilt.some(({ problem }) => problem === stock.problem)) unbuilt.push(stock)
    }
  }
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: `tensorflow engine with ${SOURCE_VARIABLE}=${STOCK}`,
    expected: `${PACKAGES.join(' or ')} with its addon and its libtensorflow`,
    received: unbuilt.length === 0 ? 'neither package' : unbuilt.map(({ problem }) => problem).join('; '),
    remedy: `Run "npm rebuild ${unbuilt[0]?.name ?? PACKAGES[1]}" after installing it, or unset ${SOURCE_VARIABLE} and run "umbra engine install"`,
  })
}

interface UnbuiltPackage {
  readonly name: StockPackage['name']
  /** The missing part. */
  readonly problem: string
}

/** The package of a manifest, or its missing part. */
function read(name: StockPackage['name'], file: string): StockPackage | UnbuiltPackage {
  const folder = dirname(file)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  const addon = addonIn(join(folder, 'lib'))
  if (addon === undefined) return { name, problem: `${name} ${version} without its addon, in ${folder}` }
  const libraries = [join(folder, 'deps', 'lib'), dirname(addon)].flatMap(names)
  if (!libraries.some((entry) => /^(lib)?tensorflow.*\.(so|dylib|dll)/.test(entry)))
    return { name, problem: `${name} ${version} without its libtensorflow, in ${folder}` }
  return { name, version, folder, addon, gpu: name === PACKAGES[0] }
}

/** `napi-v8/tfjs_binding.node`: the addon of the newest interface that this Node supports. */
function addonIn(lib: string): string | undefined {
  const newest = Number(process.versions.napi)
  return names(lib)
    .map((entry) => Number(/^napi-v(\d+)$/.exec(entry)?.[1]))
    .filter((napi) => napi <= newest)
    .sort((a, b) => b - a)
    .map((napi) => join(lib, `napi-v${napi}`, ADDON))
    .find((path) => existsSync(path))
}

function resolved(from: string, module: string): string | undefined {
  try {
    return createRequire(from).resolve(module)
  } catch {
    return undefined
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
