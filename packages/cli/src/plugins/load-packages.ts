import { UmbraError } from '@umbra/core'
import type { ModuleLoader } from '../config/module-loader.js'
import type { InstalledPackage } from '../installed/installed-package.js'
import { loadPackage } from './load-plugin.js'
import type { LoadedPlugin, PluginOrigin, PluginProblem } from './loaded-plugin.js'
import { packageProblems } from './version-problems.js'

/** The plugins of installed packages, with what keeps others of them from being loaded. */
export interface LoadedPackages {
  readonly plugins: readonly LoadedPlugin[]
  /** Their modules by the name of the package. */
  readonly modules: Readonly<Record<string, unknown>>
  readonly problems: readonly PluginProblem[]
}

/** Loads the packages that fit the command; the others are reported. */
export async function loadPackages(
  packages: readonly InstalledPackage[],
  from: PluginOrigin,
  loader: ModuleLoader,
): Promise<LoadedPackages> {
  const plugins: LoadedPlugin[] = []
  const modules: Record<string, unknown> = {}
  const problems: PluginProblem[] = []
  for (const found of packages) {
    // Before it is loaded: what it lacks in the core would fail in some other way.
    const unfit = packageProblems(found)
    problems.push(...unfit)
    if (unfit.length > 0) continue
    try {
      const loaded = await loadPackage(found, from, loader)
      plugins.push(...loaded.plugins)
      modules[found.name] = loaded.module
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push({ error, about: found.name, stops: true, install: [] })
    }
  }
  return { plugins, modules, problems }
}
