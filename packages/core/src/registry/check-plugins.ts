import type { Plugin } from '../contracts/plugin.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { hookProblems, sharedHookProblems } from '../hooks/hook-problems.js'
import { CORE_VERSION, type ContractRange } from '../version.js'
import { CORE_PLUGIN } from './core-plugin.js'
import { shapeProblems } from './plugin-shape.js'

/** Every problem of a set of plugins, none of which has been trusted so far. */
export function pluginProblems(
  values: readonly unknown[],
  contracts: ContractRange,
  remedyFor: (kind: string, id: string) => string | undefined,
): UmbraError[] {
  const problems: UmbraError[] = []
  const plugins: Plugin[] = []
  for (const [index, value] of values.entries()) {
    const shape = shapeProblems(value, `plugin ${index + 1} of ${values.length}`)
    if (shape.length === 0) plugins.push(value as Plugin)
    problems.push(...shape)
  }
  const named = uniqueNames(plugins, problems)
  for (const plugin of named) problems.push(...contractProblems(plugin, contracts), ...hookProblems(plugin))
  problems.push(...sharedHookProblems(named), ...duplicateIds([CORE_PLUGIN, ...named]))
  // What a malformed plugin provides is not known, so a need may only seem unmet.
  if (plugins.length === values.length) problems.push(...unmetNeeds(named, remedyFor))
  return problems
}

/** The first plugin of each name; the others are reported. */
function uniqueNames(plugins: readonly Plugin[], problems: UmbraError[]): readonly Plugin[] {
  const byName = new Map<string, Plugin>()
  for (const plugin of plugins) {
    const first = byName.get(plugin.name)
    if (first === undefined) byName.set(plugin.name, plugin)
    else
      problems.push(
        new UmbraError('UMBRA_PLUGIN_DUPLICATE', {
          subject: `two plugins are named "${plugin.name}" (versions ${first.version} and ${plugin.version})`,
          remedy: 'List only one of them, or rename one',
        }),
      )
  }
  return [...byName.values()]
}

function contractProblems(
  { name, version, contract }: Plugin,
  { oldest, newest }: ContractRange,
): UmbraError[] {
  if (contract >= oldest && contract <= newest) return []
  const kept = oldest === newest ? `${newest}` : `${oldest} to ${newest}`
  return [
    new UmbraError('UMBRA_PLUGIN_CONTRACT', {
      subject: `plugin "${name}" ${version}`,
      expected: `a plugin for contract ${kept}, which @umbra/core ${CORE_VERSION} keeps`,
      received: `one for contract ${contract}`,
      remedy: contract > newest ? 'Install a newer @umbra/core' : 'Install a newer version of the plugin',
    }),
  ]
}

function duplicateIds(plugins: readonly Plugin[]): UmbraError[] {
  const owners = new Map<string, string>()
  const problems: UmbraError[] = []
  for (const plugin of plugins) {
    for (const { kind, id } of plugin.provides) {
      const key = `${kind}/${id}`
      const owner = owners.get(key)
      if (owner === undefined) owners.set(key, plugin.name)
      else
        problems.push(
          new UmbraError('UMBRA_PLUGIN_DUPLICATE', {
            subject:
              owner === plugin.name
                ? `${kind} "${id}" is provided twice by plugin "${owner}"`
                : `${kind} "${id}" is provided by both plugin "${owner}" and plugin "${plugin.name}"`,
            remedy: 'Remove one of the two, or give it another id',
          }),
        )
    }
  }
  return problems
}

function unmetNeeds(
  plugins: readonly Plugin[],
  remedyFor: (kind: string, id: string) => string | undefined,
): UmbraError[] {
  const provided = [CORE_PLUGIN, ...plugins].flatMap((plugin) =>
    plugin.provides.map(({ kind, id }) => `${kind}/${id}`),
  )
  const services = new Set(provided)
  return plugins.flatMap(({ name, needs = [] }) =>
    needs
      .filter((need) => !services.has(need))
      .map((need) => {
        const [kind = '', id = ''] = need.split('/')
        const alike = provided.filter((other) => other.startsWith(`${kind}/`))
        return new UmbraError('UMBRA_PLUGIN_NEEDS', {
          subject: `plugin "${name}" needs ${need}, which no plugin provides`,
          remedy:
            remedyFor(kind, id) ??
            `Add the plugin that provides it. ${suggestion(need, alike.length > 0 ? alike : provided)}`,
        })
      }),
  )
}
