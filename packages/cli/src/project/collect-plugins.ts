import { dirname } from 'node:path'
import { UmbraError } from '@umbra/core'
import { otherCopies } from '../installed/copies.js'
import { configuredPlugins, pluginEntries } from '../plugins/configured-plugins.js'
import { loadFile, loadPackage } from '../plugins/load-plugin.js'
import type { LoadedPlugin, PluginProblem } from '../plugins/loaded-plugin.js'
import { findPackage, packageAndSubpath } from '../plugins/package-module.js'
import { isPath } from '../plugins/plugin-file.js'
import { mergePlugins } from '../plugins/merge-plugins.js'
import { contractProblems, copyProblem } from '../plugins/version-problems.js'
import type { Io } from '../process/io.js'
import { executors } from '../workers/executors-plugin.js'
import type { Project } from './load-project.js'

/** Every plugin of a command, and what is wrong with them. */
export interface CollectedPlugins {
  readonly plugins: readonly LoadedPlugin[]
  readonly problems: readonly PluginProblem[]
}

/**
 * The command's own plugin, then those of the project, of the configuration (paths from its folder) and of `--plugin` (paths from
 * the current folder). Package names are resolved from the configuration's folder, then the current one, then the command's home.
 */
export async function collectPlugins(
  { raw, baseDir, file, loader, installed }: Project,
  flagged: readonly string[] | undefined,
  io: Io,
): Promise<CollectedPlugins> {
  const problems: PluginProblem[] = [...installed.problems]
  const folders = [baseDir, io.cwd, ...(io.home === undefined ? [] : [io.home])]
  const load = async (
    source: string,
    from: 'configuration' | 'flag',
    base: string,
  ): Promise<readonly LoadedPlugin[]> => {
    const [name] = packageAndSubpath(source)
    try {
      if (isPath(source)) return await loadFile(source, base, from, loader)
      const found = findPackage(source, folders)
      if (found !== undefined) return (await loadPackage(found, from, loader, source)).plugins
      problems.push({ error: notInstalled(source, folders), about: source, stops: true, install: [name] })
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push({ error, about: source, stops: true, install: [] })
    }
    return []
  }
  const configured = await configuredPlugins(pluginEntries(raw.plugins, file), file, (source) =>
    load(source, 'configuration', baseDir),
  )
  const ofFlags: LoadedPlugin[] = []
  for (const source of flagged ?? []) ofFlags.push(...(await load(source, 'flag', io.cwd)))
  const own: LoadedPlugin = { plugin: executors, from: 'command', source: executors.name }
  const { plugins, problems: twice } = mergePlugins([own, ...installed.plugins, ...configured, ...ofFlags])
  const contracts = plugins.flatMap(({ plugin, package: found }) => contractProblems(plugin, found?.name))
  return { plugins, problems: [...problems, ...twice, ...contracts, ...notes(installed)] }
}

const notInstalled = (source: string, folders: readonly string[]): UmbraError =>
  new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: 'an installed package',
    received: `none of that name in ${[...new Set(folders)].join(' or ')}`,
    remedy: 'Start the path of a file with ./, or install the package',
  })

/** What keeps nothing from running: other copies than the command's, and packages that do not name their module. */
function notes({ manifest, plugins, silent }: Project['installed']): readonly PluginProblem[] {
  const packages = [
    ...new Map(plugins.flatMap(({ package: found }) => found ?? []).map((each) => [each.root, each])),
  ]
  return [
    ...(manifest === undefined ? [] : otherCopies(manifest)).map((copy) =>
      copyProblem(`the project in ${dirname(manifest!.path)}`, copy.own.name, copy),
    ),
    ...packages.flatMap(([, found]) =>
      otherCopies(found.manifest).map((copy) => copyProblem(`plugin "${found.name}"`, found.name, copy)),
    ),
    ...silent.map(({ name, root }) => ({
      error: new UmbraError('UMBRA_PLUGIN_LOAD', {
        subject: `package ${name} in ${root} has the keyword of a plugin`,
        expected: 'the field umbra.plugin with the subpath of its module, for example "."',
        received: 'none, so that it is used only where it is listed by name',
      }),
      about: name,
      stops: false,
      install: [],
    })),
  ]
}
