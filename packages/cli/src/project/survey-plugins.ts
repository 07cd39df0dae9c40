import { basename } from 'node:path'
import { UmbraError } from '@umbra/core'
import { assemble, definingFile } from '@umbra/core/trainer'
import { manifestOf } from '../installed/installed-package.js'
import { manifestIn } from '../installed/manifest.js'
import { packageManagerOf } from '../installed/package-manager.js'
import type { LoadedPlugin } from '../plugins/loaded-plugin.js'
import { coreRange } from '../plugins/version-problems.js'
import type { Io } from '../process/io.js'
import { collectPlugins } from './collect-plugins.js'
import { type Project, loadProject } from './load-project.js'
import { mendCommand } from './mend-command.js'

/** A plugin as users are told of it. */
export interface SurveyedPlugin {
  readonly name: string
  readonly version: string
  /** The plugin contract that it was written for. */
  readonly contract: number
  /** Range of `@umbra/core` that its package asks for. */
  readonly core?: string
  /** Where it was named: `project`, `umbra.config.ts`, `--plugin ./own.ts`. */
  readonly from: string
  /** Ids by kind. */
  readonly provides: Readonly<Record<string, readonly string[]>>
}

/** The plugins of a project, with everything that is wrong with them; nothing of it is thrown. */
export interface PluginSurvey {
  readonly plugins: readonly SurveyedPlugin[]
  readonly problems: readonly string[]
  /** The command that mends the problems, where there is one. */
  readonly mend?: string
}

/** Looks at the plugins of the project, the configuration and `--plugin`, whether or not they can be used. */
export async function surveyPlugins(
  configPath: string | undefined,
  flagged: readonly string[] | undefined,
  io: Io,
): Promise<PluginSurvey> {
  let project: Project
  try {
    project = await loadProject(configPath, io)
  } catch (error) {
    if (!(error instanceof UmbraError)) throw error
    return { plugins: [], problems: [error.message] }
  }
  try {
    const { plugins, problems } = await collectPlugins(project, flagged, io)
    const texts = problems.map(({ error }) => error.message)
    const manager = await packageManagerOf(project.baseDir, io.env.npm_config_user_agent)
    const mend = mendCommand(problems, project.installed, manager)
    return {
      plugins: plugins.map((plugin) => surveyed(plugin, project, io)),
      problems: [...texts, ...(texts.length === 0 ? fitProblems(plugins) : [])],
      ...(mend === undefined ? {} : { mend }),
    }
  } catch (error) {
    if (!(error instanceof UmbraError)) throw error
    return { plugins: [], problems: [error.message] }
  }
}

function surveyed(
  { plugin, from, source, package: found }: LoadedPlugin,
  { file }: Project,
  io: Io,
): SurveyedPlugin {
  const provides: Record<string, string[]> = {}
  for (const { kind, id } of plugin.provides) (provides[kind] ??= []).push(id)
  const place = {
    command: 'the command',
    project: 'project',
    configuration: file === undefined ? 'configuration' : basename(file),
    flag: '--plugin',
    home: (io.home === undefined ? undefined : manifestIn(io.home)?.name) ?? 'the command',
  }[from]
  const apart = from === 'command' || from === 'home' || source === plugin.name || source === place
  const { name, version, contract } = plugin
  // One that came in another package has a package of its own.
  const home = manifestOf(definingFile(plugin))
  const manifest = home?.name === plugin.name ? home : found?.manifest
  const core = manifest === undefined ? undefined : coreRange(manifest)
  return {
    ...{ name, version, contract },
    ...(core === undefined ? {} : { core }),
    ...{ from: apart ? place : `${place} ${source}`, provides },
  }
}

/** Why plugins that can be used one by one cannot be used together. */
function fitProblems(plugins: readonly LoadedPlugin[]): readonly string[] {
  try {
    assemble(plugins.map(({ plugin }) => plugin))
    return []
  } catch (error) {
    if (!(error instanceof UmbraError)) throw error
    return error.facts.problems ?? [error.message]
  }
}
