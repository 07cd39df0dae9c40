import type { UmbraError } from '@umbra/core'
import { type Registry, assemble } from '@umbra/core/trainer'
import { type PackageManager, packageManagerOf } from '../installed/package-manager.js'
import { providerOf } from '../plugins/first-party.js'
import type { PluginProblem } from '../plugins/loaded-plugin.js'
import type { Io } from '../process/io.js'
import { type CollectedPlugins, collectPlugins } from './collect-plugins.js'
import type { Project } from './load-project.js'
import { mendCommand } from './mend-command.js'
import { pluginReport } from './plugin-report.js'

/** The registry of a project's plugins. Throws one error for all that is wrong with them; other versions than the command's are a warning. */
export async function assembleProject(
  project: Project,
  flagged: readonly string[] | undefined,
  io: Io,
): Promise<Registry> {
  const collected = await collectPlugins(project, flagged, io)
  const manager = await packageManagerOf(project.baseDir, io.env.npm_config_user_agent)
  const { problems, plugins } = collected
  const report = (about: readonly PluginProblem[]): UmbraError =>
    pluginReport(about, mendCommand(about, project.installed, manager))
  if (problems.some(({ stops }) => stops)) throw report(problems)
  const versions = problems.filter(({ copy, install }) => copy === true && install.length > 0)
  if (versions.length > 0) {
    const { code, message } = report(versions)
    io.err(`warning ${code}: ${message}\n`)
  }
  return assemble(
    plugins.map(({ plugin }) => plugin),
    { remedyFor: (kind, id) => installing(kind, id, project, collected, manager) },
  )
}

/** How to get a part that comes with Umbra and that no plugin here provides. */
function installing(
  kind: string,
  id: string,
  { installed: { manifest } }: Project,
  { plugins }: CollectedPlugins,
  manager: PackageManager,
): string | undefined {
  const provider = providerOf(kind, id)
  if (provider === undefined) return undefined
  if (plugins.some(({ plugin }) => plugin.name === provider))
    return `A newer ${provider} has it (${manager.add([`${provider}@latest`])})`
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest ?? {}
  return Object.hasOwn({ ...dependencies, ...devDependencies, ...optionalDependencies }, provider)
    ? `It comes with ${provider}, which ${manifest!.path} lists and is not installed (${manager.install()})`
    : `It comes with ${provider}, which is not installed (${manager.add([provider])})`
}
