// tsyringe refuses to load without this polyfill; nothing else in the project uses it.
import 'reflect-metadata'
import { container as root, type DependencyContainer, instanceCachingFactory } from 'tsyringe'
import type { z } from 'zod'
import type { Enhancement, PartLookup, Softening, Weighting } from '../contracts/parts.js'
import type { MethodDefinition } from '../contracts/method.js'
import type { Definition, DefinitionOf, Plugin } from '../contracts/plugin.js'
import { blame, blaming } from '../errors/blame.js'
import { combineProblems } from '../errors/combine-problems.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { createHookRunner, type HookRunner } from '../hooks/hook-runner.js'
import { SUM, summandIds, sumMethod } from '../objective/sum-method.js'
import { parseOptions } from '../options/parse-options.js'
import { CONTRACTS, type ContractRange } from '../version.js'
import { pluginProblems } from './check-plugins.js'
import { CORE_PLUGIN } from './core-plugin.js'
import { guardDefinition } from './guard-definition.js'
import { createRecipeParts, type RecipeParts } from './recipe-parts.js'
import type { Token } from '../contracts/service.js'

/** A definition and the plugin it came with. */
export interface RegistryEntry<K extends Definition['kind'] = Definition['kind']> {
  readonly definition: DefinitionOf<K>
  readonly plugin: Plugin
}

/** What a set of plugins provides, and the services of a run. */
export interface Registry {
  readonly plugins: readonly Plugin[]
  readonly hooks: HookRunner
  /** Parts of any plugin by id, their options checked. */
  readonly parts: PartLookup
  /** What recipes name: of the core, and of any plugin. */
  readonly recipes: RecipeParts
  /**
   * A definition by id; of methods also a sum, `ats+fitnet`. Throws UMBRA_UNKNOWN_ID with the nearest id and the known ones,
   * UMBRA_SUM for methods that cannot be added.
   */
  get: <K extends Definition['kind']>(kind: K, id: string) => DefinitionOf<K>
  /** The plugins that a method comes from: one, or those of the parts of a sum. Throws as `get` does. */
  pluginsOf: (method: string) => readonly Plugin[]
  /** The plugin that a definition came with. */
  pluginOf: (definition: Definition) => Plugin
  /** All definitions, or those of one kind: of the core, then in the order of the plugins. */
  list: <K extends Definition['kind']>(kind?: K) => readonly RegistryEntry<K>[]
  /** Options of a definition with its defaults filled in; throws as `parseOptions` does. */
  parse: <D extends Definition>(definition: D, options?: unknown) => z.output<D['options']>
  /** Makes a service known. It is created when first asked for, once; a later call replaces an earlier one. */
  provide: <T>(token: Token<T>, factory: (registry: Registry) => T) => void
  /** The service, or `fallback` where neither a plugin nor the composition root provides it. */
  resolveOr: <T>(token: Token<T>, fallback: T) => T
  /** Throws UMBRA_SERVICE when nothing provides the service. */
  resolve: <T>(token: Token<T>) => T
  /** A registry of the same plugins for one run: its services stand before these and are gone with it. */
  scope: () => Registry
}

type RemedyFor = NonNullable<AssembleOptions['remedyFor']>

/** What `assemble` may be told. */
export interface AssembleOptions {
  /** Contracts that the plugins may be written for; by default those of this core. */
  readonly contracts?: ContractRange
  /** What to do about an id that no plugin provides, where that is known; else known ids are offered. */
  readonly remedyFor?: (kind: string, id: string) => string | undefined
}

/**
 * Puts plugins together. The same plugin listed twice counts once.
 *
 * All problems are reported at once: UMBRA_PROBLEMS, or the code of the only problem (UMBRA_PLUGIN_SHAPE,
 * UMBRA_PLUGIN_DUPLICATE, UMBRA_PLUGIN_CONTRACT, UMBRA_PLUGIN_NEEDS, UMBRA_HOOK).
 */
export function assemble(
  plugins: readonly unknown[],
  { contracts = CONTRACTS, remedyFor = () => undefined }: AssembleOptions = {},
): Registry {
  const distinct = [...new Set(plugins)]
  const [first, ...others] = pluginProblems(distinct, contracts, remedyFor)
  if (first !== undefined) throw combineProblems('the plugins do not fit together', [first, ...others])
  const container = root.createChildContainer()
  for (const { name, services = [] } of distinct as Plugin[])
    for (const service of services) {
      const subject = `service "${service.token.description}" (plugin "${name}")`
      const made = blaming({ subject, code: 'UMBRA_SERVICE' }, 'create', () => service.create())
      container.register(service.token.key, { useFactory: instanceCachingFactory(() => made()) })
    }
  const all = Object.freeze(distinct as Plugin[])
  const entries = [CORE_PLUGIN, ...all].flatMap((plugin) =>
    plugin.provides.map((definition) => ({ definition: guardDefinition(definition, plugin), plugin })),
  )
  return createRegistry(all, entries, container, remedyFor)
}

function createRegistry(
  plugins: readonly Plugin[],
  entries: readonly { readonly definition: Definition; readonly plugin: Plugin }[],
  container: DependencyContainer,
  remedyFor: RemedyFor,
): Registry {
  const list = <K extends Definition['kind']>(kind?: K): readonly RegistryEntry<K>[] =>
    entries.filter((entry): entry is RegistryEntry<K> => kind === undefined || entry.definition.kind === kind)

  const sums = new Map<string, MethodDefinition>()
  /** All parts of a sum; those that are unknown are reported together. */
  const partsOf = (id: string): MethodDefinition[] => {
    const methods = list('method').map(({ definition }) => definition)
    const problems: UmbraError[] = []
    const parts = summandIds(id).flatMap((part) => {
      const match = methods.find((method) => method.id === part)
      if (match === undefined)
        problems.push(unknownId('method', part, methods, remedyFor, ` in the sum "${id}"`))
      return match ?? []
    })
    const [first, ...others] = problems
    if (first !== undefined)
      throw combineProblems(`sum of methods "${id}"`, [first, ...others], 'UMBRA_UNKNOWN_ID')
    return parts
  }
  const sumOf = (id: string): MethodDefinition => {
    const sum = sums.get(id) ?? sumMethod(partsOf(id))
    sums.set(id, sum)
    return sum
  }

  const get = <K extends Definition['kind']>(kind: K, id: string): DefinitionOf<K> => {
    if (kind === 'method' && id.includes(SUM)) return sumOf(id) as DefinitionOf<K>
    const definitions = list(kind).map((entry) => entry.definition)
    const match = definitions.find((definition) => definition.id === id)
    if (match !== undefined) return match
    throw unknownId(kind, id, definitions, remedyFor)
  }

  const parse = <D extends Definition>(definition: D, options?: unknown): z.output<D['options']> => {
    const subject = `${definition.kind} "${definition.id}"`
    try {
      return parseOptions(definition.options, options, subject) as z.output<D['options']>
    } catch (cause) {
      // A schema may have code of its own.
      throw blame(
        { subject: `options of ${subject}`, code: 'UMBRA_PLUGIN_SHAPE' },
        'the schema',
        cause,
      ) as Error
    }
  }

  const part =
    <P>(kind: 'softening' | 'enhancement' | 'weighting') =>
    (id: string, options?: unknown): P => {
      const definition = get(kind, id)
      return definition.create(parse(definition, options)) as P
    }

  const registry: Registry = Object.freeze<Registry>({
    plugins,
    hooks: createHookRunner(plugins),
    parts: Object.freeze({
      softening: part<Softening>('softening'),
      enhancement: part<Enhancement>('enhancement'),
      weighting: part<Weighting>('weighting'),
    }),
    recipes: createRecipeParts({ get, parse }),
    get,
    pluginOf: (definition) => {
      const { kind, id } = definition
      const entry = entries.find(
        (candidate) => candidate.definition.kind === kind && candidate.definition.id === id,
      )
      if (entry !== undefined) return entry.plugin
      throw new TypeError(`${definition.kind} "${definition.id}" is of none of the plugins`)
    },
    list,
    pluginsOf: (method) =>
      (method.includes(SUM) ? partsOf(method) : [get('method', method)]).flatMap((definition) =>
        entries.filter((entry) => entry.definition === definition).map(({ plugin }) => plugin),
      ),
    parse,
    provide: (token, factory) => {
      // Not the container tsyringe passes in: a service made for all runs must not keep those of one run.
      container.register(token.key, { useFactory: instanceCachingFactory(() => factory(registry)) })
    },
    resolveOr: <T>(token: Token<T>, fallback: T): T =>
      container.isRegistered(token.key, true) ? container.resolve<T>(token.key) : fallback,
    resolve: <T>(token: Token<T>): T => {
      if (container.isRegistered(token.key, true)) return container.resolve<T>(token.key)
      throw new UmbraError('UMBRA_SERVICE', {
        subject: `service "${token.description}" is asked for but not provided`,
        remedy: 'Provide it on the registry before the run starts',
      })
    },
    scope: () => createRegistry(plugins, entries, container.createChildContainer(), remedyFor),
  })
  return registry
}

const unknownId = (
  kind: string,
  id: string,
  definitions: readonly Definition[],
  remedyFor: RemedyFor,
  where = '',
): UmbraError =>
  new UmbraError('UMBRA_UNKNOWN_ID', {
    subject: `unknown ${kind} "${id}"${where}`,
    remedy:
      remedyFor(kind, id) ??
      suggestion(
        id,
        definitions.map((definition) => definition.id),
      ),
  })
