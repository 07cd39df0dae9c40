import { type Plugin, UmbraError } from '@umbra/core'
import { definingFile, setDefiningFile } from '@umbra/core/trainer'
import { moduleFailure } from '../config/module-failure.js'
import { PATIENCE, settled } from '../config/settled.js'
import type { ModuleLoader } from '../config/module-loader.js'
import { noteUserFile } from '../process/user-files.js'
import { ownCopy } from '../installed/copies.js'
import { type InstalledPackage, installedPackage, manifestOf } from '../installed/installed-package.js'
import type { LoadedPlugin, PluginOrigin } from './loaded-plugin.js'
import { pluginFile } from './plugin-file.js'
import { packageAndSubpath, packageModule } from './package-module.js'
import { pluginsIn } from './plugins-in.js'

/** Loads the plugins of a file, its path resolved against a folder. Throws UMBRA_PLUGIN_LOAD. */
export async function loadFile(
  source: string,
  folder: string,
  from: PluginOrigin,
  loader: ModuleLoader,
): Promise<readonly LoadedPlugin[]> {
  const file = pluginFile(source, folder)
  const plugins = pluginsIn(await loadModule(file, source, loader.load), source)
  for (const plugin of plugins) setDefiningFile(plugin, file)
  noteUserFile(file, namesOf(plugins))
  return plugins.map((plugin) => ({ plugin, from, source }))
}

/** The plugins of a package, and the module they are in. */
export interface LoadedPackage {
  readonly plugins: readonly LoadedPlugin[]
  readonly module: unknown
}

/** Loads the plugins of an installed package: of the module it names, unless `source` names another one. Throws UMBRA_PLUGIN_LOAD. */
export async function loadPackage(
  found: InstalledPackage,
  from: PluginOrigin,
  loader: ModuleLoader,
  source: string = found.name,
): Promise<LoadedPackage> {
  const [, subpath] = packageAndSubpath(source)
  const entry = subpath ?? found.manifest.plugin ?? '.'
  const file = packageModule(found, entry, loader)
  if (file === undefined)
    throw new UmbraError('UMBRA_PLUGIN_LOAD', {
      subject: `plugin ${source}`,
      expected: `a module "${entry}" of the package in ${found.root}`,
      received: 'none',
      remedy:
        found.manifest.plugin === entry
          ? 'Its field umbra.plugin must be a subpath of its exports'
          : 'Look at its documentation',
    })
  const load = sharesCore(found) ? loader.loadInstalled : loader.load
  const module = await loadModule(file, source, load)
  const plugins = pluginsIn(module, source)
  for (const plugin of plugins) if (!isDefinedAtHome(plugin)) setDefiningFile(plugin, file)
  noteUserFile(file, namesOf(plugins))
  return { module, plugins: plugins.map((plugin) => ({ plugin, from, source, package: found })) }
}

const namesOf = (plugins: readonly Plugin[]): string =>
  plugins.map(({ name }) => `plugin "${name}"`).join(' or ')

async function loadModule(
  file: string,
  source: string,
  load: (file: string) => Promise<unknown>,
): Promise<unknown> {
  noteUserFile(file, `plugin ${source}`)
  try {
    return await settled(load(file), {
      code: 'UMBRA_PLUGIN_LOAD',
      subject: `plugin ${source}`,
      seconds: PATIENCE,
    })
  } catch (cause) {
    if (cause instanceof UmbraError && cause.facts.subject === `plugin ${source}`) throw cause
    throw new UmbraError('UMBRA_PLUGIN_LOAD', {
      subject: `plugin ${source}`,
      received: `an error while loading it: ${moduleFailure(cause)}`,
      remedy: 'Fix the plugin; --debug shows where it failed',
      cause,
    })
  }
}

/**
 * Whether the package that a plugin is named after is the one whose code made it: that file then says what it is, the same however
 * the plugin was found. What another package made from its values is known by the module that was loaded.
 */
function isDefinedAtHome(plugin: Plugin): boolean {
  const file = definingFile(plugin)
  return file !== undefined && manifestOf(file)?.name === plugin.name
}

const sharesCore = ({ root }: InstalledPackage): boolean =>
  installedPackage('@umbra/core', root)?.root === ownCopy('@umbra/core')?.root
