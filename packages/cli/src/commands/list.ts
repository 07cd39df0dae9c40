import { type Definition, UmbraError, suggestion } from '@umbra/core'
import { Command } from 'commander'
import { loadProject } from '../project/load-project.js'
import { packageManagerOf } from '../installed/package-manager.js'
import { columns } from '../output/format.js'
import { printJson } from '../output/print-json.js'
import { pluginProblemText, pluginTable } from '../output/plugin-text.js'
import { styleFor } from '../output/style.js'
import { assembleProject } from '../project/assemble-project.js'
import { surveyPlugins } from '../project/survey-plugins.js'
import type { Invocation } from '../process/invocation.js'
import type { Io } from '../process/io.js'
import { KINDS, type KnownKind, kindNamed } from './kinds.js'
import { type PluginFlags, addCommonOptions, addPluginOptions, examples } from '../config/common-options.js'

/** `umbra list [kind]`: the definitions that plugins provide. */
export const listCommand = ({ io }: Invocation): Command => {
  const command = new Command('list')
    .description('List methods, models, data sets and whatever else plugins provide.')
    .argument(
      '[kind]',
      `plugins, or one of ${KINDS.join(', ')} (default: all kinds but golden, the reference values of losses)`,
    )
    .addHelpText('after', examples('umbra list', 'umbra list methods', 'umbra list plugins --json'))
  addCommonOptions(addPluginOptions(command))
  return command.action(async (kindName: string | undefined, flags: PluginFlags) => {
    if (kindName === 'plugins' || kindName === 'plugin') {
      await listPlugins(flags, io)
      return
    }
    const kind = kindName === undefined ? undefined : requireKind(kindName)
    const registry = await assembleProject(await loadProject(flags.config, io), flags.plugin, io)
    const entries = registry
      .list(kind)
      .filter((entry) => kind !== undefined || entry.definition.kind !== 'golden')
    const rows = entries.map(({ definition, plugin }) => ({
      kind: definition.kind,
      id: definition.id,
      summary: definition.summary,
      plugin: plugin.name,
    }))
    if (flags.json === true) printJson(io, rows)
    else {
      const hint = registry.plugins.length > 1 ? undefined : await noPlugins(io)
      io.out(`${sections(rows, io.colour)}\n${kind === undefined ? MORE : ''}${hint ?? ''}`)
    }
  })
}

const MORE =
  '\nOne of them with its paper and options: umbra explain <id>. Reference values of losses: umbra list golden.\n'

/** What to do in a project that has no plugin yet. */
async function noPlugins({ cwd, env }: Io): Promise<string> {
  const manager = await packageManagerOf(cwd, env.npm_config_user_agent)
  return `\nThis project has no plugins. Every method, model and data set of Umbra: ${manager.add(['@umbra/all'])}\n`
}

function requireKind(text: string): KnownKind {
  const kind = kindNamed(text)
  if (kind !== undefined) return kind
  throw new UmbraError('UMBRA_USAGE', {
    subject: `unknown kind "${text}"`,
    remedy: suggestion(text, [...KINDS, 'plugins']),
  })
}

/** Plugins with where they were found, and what is wrong with any of them. */
async function listPlugins({ config, plugin, json }: PluginFlags, io: Io): Promise<void> {
  const survey = await surveyPlugins(config, plugin, io)
  if (json === true) {
    printJson(io, survey)
    return
  }
  const style = styleFor(io.colour)
  io.out(`${style.bold('plugins')}\n${pluginTable(survey.plugins)}\n`)
  if (survey.problems.length > 0) io.out(`\n${pluginProblemText(survey, style)}\n`)
}

interface Row {
  readonly kind: Definition['kind']
  readonly id: string
  readonly summary: string
  readonly plugin: string
}

function sections(rows: readonly Row[], colour: boolean): string {
  const style = styleFor(colour)
  const kinds = KINDS.filter((kind) => rows.some((row) => row.kind === kind))
  if (kinds.length === 0) return 'none'
  const lines = columns(
    rows.map(({ id, summary, plugin }) => [`  ${id}`, `${summary}${origin(plugin)}`]),
  ).split('\n')
  return kinds
    .map((kind) => [style.bold(kind), ...lines.filter((_, i) => rows[i]?.kind === kind)].join('\n'))
    .join('\n\n')
}

/** Where a definition comes from, unless it comes with Umbra. */
const origin = (plugin: string): string => (plugin.startsWith('@umbra/') ? '' : ` (${plugin})`)
