import {
  type Definition,
  type HooksDefinition,
  type MethodDefinition,
  type Plugin,
  UmbraError,
  suggestion,
} from '@umbra/core'
import { type Registry, SUM, describeOptions, summandNames } from '@umbra/core/trainer'
import { Command } from 'commander'
import { loadProject } from '../project/load-project.js'
import { type ExplainedPart, explanation } from '../output/explanation.js'
import { methodNeeds } from '../output/method-needs.js'
import { printJson } from '../output/print-json.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Invocation } from '../process/invocation.js'
import { KINDS, kindNamed } from './kinds.js'
import { type PluginFlags, addCommonOptions, addPluginOptions, examples } from '../config/common-options.js'

/** `umbra explain <method|kind/id>`: purpose, paper and options of a definition. */
export const explainCommand = ({ io }: Invocation): Command => {
  const command = new Command('explain')
    .description('Explain a method, or any definition by kind/id: formula, paper, options and defaults.')
    .argument('<id>', 'a method, a sum of methods as ats+fitnet, or kind/id, for example model/resnet20')
    .addHelpText(
      'after',
      examples('umbra explain ats', 'umbra explain model/resnet20', 'umbra explain kd --json'),
    )
  addCommonOptions(addPluginOptions(command))
  return command.action(async (id: string, flags: PluginFlags) => {
    const registry = await assembleProject(await loadProject(flags.config, io), flags.plugin, io)
    const definition = find(registry, id)
    const plugins = pluginsOf(registry, definition)
    const options = describeOptions(definition.options)
    const needs = definition.kind === 'method' ? methodNeeds(registry, definition) : undefined
    const parts = definition.kind === 'method' ? partsOf(registry, definition) : undefined
    const hooks = definition.kind === 'hooks' ? hookNames(registry, definition) : undefined
    if (flags.json === true) {
      const named = parts?.map(({ definition: method, ...part }) => ({ ...plain(method), ...part }))
      const more = {
        ...(named === undefined ? {} : { parts: named }),
        ...(needs === undefined ? {} : { needs }),
        ...(hooks === undefined ? {} : { hooks }),
      }
      printJson(io, {
        ...plain(definition),
        options,
        ...more,
        plugin: plugins.map(({ name }) => name).join(', '),
      })
    } else {
      const from = plugins.map(({ name, version }) => `${name} ${version}`).join(', ')
      io.out(explanation({ definition, options, plugin: from, hooks, needs, parts }, io.colour))
    }
  })
}

/** The trainer's hooks that a hooks definition fills; undefined where its default options are not enough to create it. */
function hookNames(registry: Registry, definition: HooksDefinition): readonly string[] | undefined {
  try {
    return Object.keys(definition.create(registry.parse(definition, {})))
  } catch (error) {
    if (error instanceof UmbraError) return undefined
    throw error
  }
}

/** The methods of a sum; undefined for a method that is none. */
function partsOf(registry: Registry, { id }: MethodDefinition): readonly ExplainedPart[] | undefined {
  const ids = id.split(SUM)
  if (ids.length === 1) return undefined
  const names = summandNames(ids)
  return ids.map((part, i) => {
    const definition = registry.get('method', part)
    return { name: names[i] ?? part, definition, options: describeOptions(definition.options) }
  })
}

/** The plugin of a definition; those of all its parts for a sum of methods. */
const pluginsOf = (registry: Registry, definition: Definition): readonly Plugin[] =>
  definition.kind === 'method'
    ? [...new Set(registry.pluginsOf(definition.id))]
    : [registry.pluginOf(definition)]

/** A method by its id; any definition by kind/id, or by its id if only one kind has it. */
function find(registry: Registry, text: string): Definition {
  const slash = text.indexOf('/')
  if (slash >= 0) {
    const kind = kindNamed(text.slice(0, slash))
    if (kind !== undefined) return registry.get(kind, text.slice(slash + 1))
    throw new UmbraError('UMBRA_USAGE', {
      subject: `unknown kind "${text.slice(0, slash)}"`,
      remedy: suggestion(text.slice(0, slash), KINDS),
    })
  }
  const named = registry.list().filter(({ definition }) => definition.id === text)
  const [only] = named
  if (named.some(({ definition }) => definition.kind === 'method') || only === undefined) {
    return registry.get('method', text)
  }
  if (named.length === 1) return only.definition
  throw new UmbraError('UMBRA_USAGE', {
    subject: `"${text}" is the id of several definitions`,
    expected: `one of ${named.map(({ definition }) => `${definition.kind}/${text}`).join(', ')}`,
  })
}

/** The plain data of a definition. */
const plain = (definition: Definition): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(definition).filter(([key, value]) => key !== 'options' && typeof value !== 'function'),
  )
