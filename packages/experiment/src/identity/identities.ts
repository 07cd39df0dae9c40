import type { Dataset, MetricDefinition, ModelChoice, Plugin, Recipe } from '@umbra/core'
import { type HookChoice, type Registry, buildModel, identityOf } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import { modelContent } from './model-content.js'
import { createPluginCode } from './plugin-code.js'

/** A part that a method asks for: a softening, an enhancement or a weighting. */
export interface PartChoice {
  readonly kind: 'softening' | 'enhancement' | 'weighting'
  readonly id: string
}

/** A metric with its checked options. */
export interface MetricChoice {
  readonly definition: MetricDefinition
  readonly options: Readonly<Record<string, unknown>>
}

/** Identities of everything that may change a result, as JSON for hashes. Two processes get the same. */
export interface Identities {
  /** The plugins of a method, of every summand of a sum, and of the parts it uses. */
  readonly method: (id: string, parts: readonly PartChoice[]) => unknown
  /** Whether all of these plugins are installed releases: if not, the operations that the method records count too. */
  readonly isReleased: (id: string, parts: readonly PartChoice[]) => boolean
  /** A model as it is built from a seed, with its plugin. */
  readonly model: (choice: ModelChoice, seed: number) => Promise<unknown>
  /** A recipe, and the plugins of what it names; the core's own count with the core. */
  readonly recipe: (recipe: Recipe) => unknown
  /** A metric with its options, and its plugin. */
  readonly metric: (metric: MetricChoice) => unknown
  /** The plugin of a model. */
  readonly modelPlugin: (id: string) => unknown
  /** Hooks and services of plugins, the chosen hooks with their options, and core. */
  readonly extensions: (hooks: readonly HookChoice[]) => unknown
  /** Whether the plugins that have hooks, and those of the chosen hooks, are installed releases. */
  readonly hooksReleased: (hooks: readonly HookChoice[]) => boolean
  /** What may change what a finished model computes: services of plugins, and core. */
  readonly services: () => unknown
}

/**
 * Identities of the plugins of a registry and of the models that they build for a data set.
 *
 * @param known contents of models that were built before, by `[choice, seed]` as canonical JSON
 */
export function createIdentities(
  registry: Registry,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  known: ReadonlyMap<string, string> = new Map(),
): Identities {
  const code = createPluginCode()
  const { core } = code
  const built = new Map<string, string | Promise<string>>(known)
  const of = (plugins: Iterable<Plugin>): unknown =>
    [...new Set(plugins)].map(code.of).sort((a, b) => (a.plugin < b.plugin ? -1 : 1))
  const pluginsOf = (id: string, parts: readonly PartChoice[]): readonly Plugin[] => [
    ...registry.pluginsOf(id),
    ...parts.map((part) => registry.pluginOf(registry.get(part.kind, part.id))),
  ]
  const withHooks = registry.plugins.filter(({ hooks = {} }) => Object.keys(hooks).length > 0)
  const modelPlugin = (id: string): unknown => code.of(registry.pluginOf(registry.get('model', id)))
  return {
    method: (id, parts) => of(pluginsOf(id, parts)),
    isReleased: (id, parts) => pluginsOf(id, parts).every(code.isReleased),
    model: async (choice, seed) => {
      const key = canonicalJson([choice, seed])
      const content = built.get(key) ?? contentOf(registry, dataset, choice, seed)
      built.set(key, content)
      return { built: await content, code: modelPlugin(choice.id) }
    },
    recipe: (recipe) => {
      const { complete, named } = registry.recipes
      const whole = identityOf(complete(recipe))
      const plugins = named(recipe)
        .map((definition) => registry.pluginOf(definition))
        .filter((plugin) => registry.plugins.includes(plugin))
      return plugins.length === 0 ? whole : { recipe: whole, code: of(plugins) }
    },
    metric: ({ definition, options }) => ({
      metric: definition.id,
      options,
      code: code.of(registry.pluginOf(definition)),
    }),
    modelPlugin,
    extensions: (hooks) => ({
      core,
      always: of(
        registry.plugins.filter(
          ({ hooks = {}, services = [] }) => Object.keys(hooks).length + services.length > 0,
        ),
      ),
      chosen: hooks.map(({ id, options }) => {
        const definition = registry.get('hooks', id)
        return {
          hooks: id,
          options: registry.parse(definition, options),
          code: code.of(registry.pluginOf(definition)),
        }
      }),
    }),
    hooksReleased: (hooks) =>
      [...withHooks, ...hooks.map(({ id }) => registry.pluginOf(registry.get('hooks', id)))].every(
        code.isReleased,
      ),
    services: () => ({
      core,
      always: of(registry.plugins.filter(({ services = [] }) => services.length > 0)),
    }),
  }
}

async function contentOf(
  registry: Registry,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  choice: ModelChoice,
  seed: number,
): Promise<string> {
  const { model } = buildModel(registry, choice, dataset, seed)
  try {
    return await modelContent(model)
  } finally {
    model.dispose()
  }
}
