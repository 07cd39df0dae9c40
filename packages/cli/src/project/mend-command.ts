import { dirname } from 'node:path'
import { commandRoot } from '../installed/copies.js'
import { installedPackage } from '../installed/installed-package.js'
import type { PackageManager } from '../installed/package-manager.js'
import type { PluginProblem } from '../plugins/loaded-plugin.js'
import type { InstalledPlugins } from './load-project.js'

const COMMAND = '@umbra/cli'
/** What brings the command with every plugin. */
const ALL = '@umbra/all'

/** The command to type that mends all of several problems; undefined where none would. */
export function mendCommand(
  problems: readonly PluginProblem[],
  { manifest }: Pick<InstalledPlugins, 'manifest'>,
  manager: PackageManager,
): string | undefined {
  const listed = { ...manifest?.dependencies, ...manifest?.devDependencies }
  const command = Object.hasOwn(listed, ALL) ? ALL : COMMAND
  const local = manifest === undefined ? undefined : localCommand(dirname(manifest.path))
  const copies = problems.some(({ copy }) => copy === true)
  // A command from elsewhere has copies of its own of everything.
  const elsewhere = copies && local !== commandRoot()
  if (elsewhere && local !== undefined) return manager.execute('umbra')
  const counted = elsewhere ? problems.filter(({ copy }) => copy !== true) : problems
  const packages = [
    ...(elsewhere ? [`${command}@latest`] : []),
    ...counted.flatMap(({ install }) => install).map((name) => name.replace(/^@umbra\/cli@/, `${command}@`)),
  ]
  if (packages.length > 0) return manager.add([...new Set(packages)])
  return copies ? manager.dedupe() : undefined
}

/** Folder of the command that a project has, itself or in `@umbra/all`. */
function localCommand(folder: string): string | undefined {
  const all = installedPackage(ALL, folder)
  const found = installedPackage(COMMAND, folder) ?? (all && installedPackage(COMMAND, all.root))
  return found?.root
}
