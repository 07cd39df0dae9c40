import { dirname, resolve } from 'node:path'
import { type ModuleLoader, createModuleLoader } from '../config/module-loader.js'
import { findConfig } from '../config/find-config.js'
import { type RawConfig, readConfig } from '../config/read-config.js'
import { type Manifest, manifestIn, nearestManifest } from '../installed/manifest.js'
import { type LoadedPackages, loadPackages } from '../plugins/load-packages.js'
import { type PluginPackages, pluginPackages } from '../plugins/plugin-packages.js'
import type { Io } from '../process/io.js'

/** What a command works with: a configuration, if there is one, and the packages of the project it lies in. */
export interface Project {
  /** The configuration file; absent without one. */
  readonly file?: string
  /** Relative paths of the configuration are resolved against this folder. */
  readonly baseDir: string
  readonly raw: RawConfig
  readonly loader: ModuleLoader
  readonly installed: InstalledPlugins
}

/** The plugins of installed packages. */
export interface InstalledPlugins extends LoadedPackages {
  /** The project's `package.json`: the nearest one above the configuration, else above the current folder. */
  readonly manifest: Manifest | undefined
  /** Packages with the keyword of a plugin that do not name its module. */
  readonly silent: PluginPackages['silent']
}

/**
 * Loads the plugins of the project, then the configuration, in which `import` means the same copies of them. What is wrong with a
 * plugin is kept for later; throws what `findConfig` and `readConfig` throw.
 */
export async function loadProject(configPath: string | undefined, io: Io): Promise<Project> {
  const file = findConfig(configPath, io.cwd)
  const baseDir = file === undefined ? resolve(io.cwd) : dirname(file)
  const bare = createModuleLoader()
  const installed = await installedPlugins(baseDir, io, bare)
  const loader = bare.with(installed.modules)
  if (file === undefined) return { baseDir, raw: {}, loader, installed }
  return { file, baseDir, raw: await readConfig(file, loader), loader, installed }
}

async function installedPlugins(baseDir: string, io: Io, loader: ModuleLoader): Promise<InstalledPlugins> {
  const manifest = nearestManifest(baseDir) ?? nearestManifest(io.cwd)
  const home = io.home === undefined ? undefined : manifestIn(io.home)
  const listed = manifest === undefined ? NONE : pluginPackages(manifest)
  const brought = home === undefined ? NONE : pluginPackages(home)
  const known = new Set(listed.found.map(({ name }) => name))
  const own = await loadPackages(listed.found, 'project', loader)
  const others = await loadPackages(
    brought.found.filter(({ name }) => !known.has(name)),
    'home',
    loader,
  )
  return {
    manifest,
    silent: listed.silent,
    plugins: [...own.plugins, ...others.plugins],
    modules: { ...others.modules, ...own.modules },
    problems: [...own.problems, ...others.problems],
  }
}

const NONE: PluginPackages = { found: [], silent: [] }
