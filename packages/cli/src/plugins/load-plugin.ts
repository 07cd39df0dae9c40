import { extname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plugin, UmbraError } from '@umbra/core'
import { statusOf } from '@umbra/core/files'
import { setDefiningFile } from '@umbra/core/trainer'
import { PATIENCE, settled } from '../config/settled.js'
import type { ModuleLoader } from '../config/module-loader.js'
import { noteUserFile } from '../process/user-files.js'
import { pluginsIn } from './plugins-in.js'

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

export interface PluginFolders {
  /** Relative paths are resolved against this folder. */
  readonly paths: string
  /** Package names are resolved from each of these in turn. */
  readonly packages: readonly string[]
}

/** Loads a plugin by path (`./my-plugin.ts`) or by package name. Throws UMBRA_PLUGIN_LOAD. */
export async function loadPlugin(
  source: string,
  { paths, packages }: PluginFolders,
  loader: ModuleLoader,
): Promise<readonly Plugin[]> {
  const file = isPath(source) ? fileOf(source, paths) : packageOf(source, packages, loader)
  noteUserFile(file, `plugin ${source}`)
  let module: unknown
  try {
    module = await settled(loader.load(file), {
      code: 'UMBRA_PLUGIN_LOAD',
      subject: `plugin ${source}`,
      seconds: PATIENCE,
    })
  } catch (cause) {
    if (cause instanceof UmbraError && cause.facts.subject === `plugin ${source}`) throw cause
    throw new UmbraError('UMBRA_PLUGIN_LOAD', {
      subject: `plugin ${source}`,
      received: `an error while loading it: ${firstLine(cause)}`,
      remedy: 'Fix the plugin; --debug shows where it failed',
      cause,
    })
  }
  const plugins = pluginsIn(module, source)
  for (const plugin of plugins) setDefiningFile(plugin, file)
  noteUserFile(file, plugins.map(({ name }) => `plugin "${name}"`).join(' or '))
  return plugins
}

const isPath = (source: string): boolean =>
  /^\.{1,2}([/\\]|$)/.test(source) || isAbsolute(source) || EXTENSIONS.includes(extname(source))

function fileOf(source: string, folder: string): string {
  const file = resolve(folder, source)
  const stat = statusOf(file)
  if (stat?.isFile() === true) return file
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: `a file ${file}`,
    received: stat === undefined ? 'nothing there' : 'a folder',
    remedy: 'Give the path of the file, or the name of an installed package',
  })
}

function packageOf(name: string, folders: readonly string[], loader: ModuleLoader): string {
  for (const folder of folders) {
    const url = loader.find(name, folder)
    if (url?.startsWith('file:')) return fileURLToPath(url)
  }
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${name}`,
    expected: 'an installed package',
    received: `none of that name in ${[...new Set(folders)].join(' or ')}`,
    remedy: `Install it (npm install ${name}); start the path of a file with ./`,
  })
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\n.*/s, '').trim()
