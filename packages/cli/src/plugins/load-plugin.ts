import { statSync } from 'node:fs'
import { extname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plugin, UmbraError } from '@umbra/core'
import type { ModuleLoader } from '../config/module-loader.js'
import { pluginsIn } from './plugins-in.js'

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

export interface PluginFolders {
  /** Relative paths are meant from here. */
  readonly paths: string
  /** Package names are looked up from each of these in turn. */
  readonly packages: readonly string[]
}

/** Loads a plugin by path (`./own.ts`) or by package name. Throws UMBRA_PLUGIN_LOAD. */
export async function loadPlugin(
  source: string,
  { paths, packages }: PluginFolders,
  loader: ModuleLoader,
): Promise<readonly Plugin[]> {
  const file = isPath(source) ? fileOf(source, paths) : packageOf(source, packages, loader)
  let module: unknown
  try {
    module = await loader.load(file)
  } catch (cause) {
    throw new UmbraError('UMBRA_PLUGIN_LOAD', {
      subject: `plugin ${source}`,
      received: `an error while it was loaded: ${firstLine(cause)}`,
      remedy: 'Mend the plugin; --debug shows where it failed',
      cause,
    })
  }
  return pluginsIn(module, source)
}

const isPath = (source: string): boolean =>
  /^\.{1,2}([/\\]|$)/.test(source) || isAbsolute(source) || EXTENSIONS.includes(extname(source))

function fileOf(source: string, folder: string): string {
  const file = resolve(folder, source)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat?.isFile() === true) return file
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: `a file ${file}`,
    received: stat === undefined ? 'none there' : 'a folder',
    remedy: 'Give the path of the file, or the name of an installed package',
  })
}

function packageOf(name: string, folders: readonly string[], loader: ModuleLoader): string {
  for (const folder of folders) {
    const found = loader.find(name, folder)
    if (found?.startsWith('file:')) return fileURLToPath(found)
  }
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${name}`,
    expected: 'an installed package',
    received: `none of that name from ${[...new Set(folders)].join(' or ')}`,
    remedy: `Install it (npm install ${name}), or give a file with ./ in front`,
  })
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim()
