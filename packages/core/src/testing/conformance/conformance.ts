import type { MethodLaws } from '../../contracts/laws.js'
import type { PartLookup } from '../../contracts/parts.js'
import type { Definition, Plugin } from '../../contracts/plugin.js'
import { suggestion } from '../../errors/nearest.js'
import { UmbraError } from '../../errors/umbra-error.js'
import type { RecipeParts } from '../../registry/recipe-parts.js'
import { assemble } from '../../registry/registry.js'
import { checkMethod } from './check-method.js'
import { checkPart } from './check-part.js'
import { type KnownFile } from './kinds/check-format.js'
import { checkModel, type ModelInput } from './kinds/check-model.js'
import { checkMetric } from './kinds/check-metric.js'
import { checkOptimiser } from './kinds/check-optimiser.js'
import { checkSchedule } from './kinds/check-schedule.js'
import { notApplicable, type Verdict } from './verdict.js'

/** One more set of options that a definition is held to. */
export interface ConformanceCase {
  readonly options: Readonly<Record<string, unknown>>
  /** What is different with these options, beside the definition's laws. */
  readonly laws?: MethodLaws
}

/** What the conformance kit needs beside the plugin. */
export interface ConformanceOptions {
  /** Plugins whose parts this one asks for. */
  readonly needs?: readonly Plugin[]
  /** Laws of methods by id, where the definition does not carry them itself. */
  readonly laws?: Readonly<Record<string, MethodLaws>>
  /** Sets of options beside the defaults, by `kind/id`: `method/kd`. */
  readonly cases?: Readonly<Record<string, readonly ConformanceCase[]>>
  /** Weight files with known contents, by the format's id: what a reader of weights is held to. */
  readonly files?: Readonly<Record<string, readonly KnownFile[]>>
  /** What models are built for; images of 16x16x3 pixels and 5 classes where left out. */
  readonly modelInput?: ModelInput
  /** Folder against which data sets resolve their paths. */
  readonly baseDir?: string
  /** One definition by `kind/id` in place of all: a test for each says where one is slow or wrong. */
  readonly only?: string
}

/** Kinds that are loaded, read or run: `conformanceOfAll` holds them to their laws. */
export const LATER: readonly string[] = ['dataset', 'format', 'sink', 'executor']
const KINDS = [
  'method',
  'softening',
  'enhancement',
  'weighting',
  'optimiser',
  'schedule',
  'metric',
  'model',
  ...LATER,
]

/** `kind/id` of everything in a plugin that there are laws for. */
export const conformanceSubjects = ({ provides }: Pick<Plugin, 'provides'>): string[] =>
  provides.filter(({ kind }) => KINDS.includes(kind)).map(keyOf)

/**
 * Holds what a plugin provides to the laws of its kind: methods and their parts, optimisers, schedules, metrics, models. Data sets, formats, sinks and executors are not applicable here: `conformanceOfAll` loads, reads and runs them.
 *
 * Throws what `assemble` throws, UMBRA_UNKNOWN_ID where `only` names nothing, and UMBRA_ENGINE_UNAVAILABLE unless the backend is cpu (see `checkMethod`).
 */
export function conformance(plugin: Plugin, settings: ConformanceOptions = {}): Verdict[] {
  const { needs = [], laws = {}, cases = {}, only, modelInput } = settings
  const { parts, recipes } = assemble([plugin, ...needs])
  const casesOf = (key: string): readonly ConformanceCase[] => [{ options: {} }, ...(cases[key] ?? [])]
  const subjects = conformanceSubjects(plugin)
  if (only !== undefined && !subjects.includes(only))
    throw new UmbraError('UMBRA_UNKNOWN_ID', {
      subject: `"${only}" of plugin "${plugin.name}"`,
      remedy: suggestion(only, subjects),
    })
  const held = plugin.provides.filter((definition) => only === undefined || keyOf(definition) === only)
  return held.flatMap((definition) =>
    casesOf(keyOf(definition)).flatMap(({ options, laws: more }) =>
      verdictsOf(definition, options, {
        parts,
        recipes,
        modelInput,
        laws: { ...('laws' in definition ? definition.laws : {}), ...laws[definition.id], ...more },
      }).map((verdict) => ({ ...verdict, subject: verdict.subject + suffix(options) })),
    ),
  )
}

function verdictsOf(
  definition: Definition,
  options: ConformanceCase['options'],
  {
    modelInput,
    recipes,
    ...rest
  }: {
    readonly parts: PartLookup
    readonly recipes: RecipeParts
    readonly laws: MethodLaws
    readonly modelInput: ModelInput | undefined
  },
): Verdict[] {
  switch (definition.kind) {
    case 'method':
      return checkMethod(definition, { ...rest, options })
    case 'softening':
    case 'enhancement':
    case 'weighting':
      return checkPart(definition, options)
    case 'optimiser':
      return checkOptimiser(definition, options, recipes.lookup)
    case 'schedule':
      return checkSchedule(definition, options)
    case 'metric':
      return checkMetric(definition, options)
    case 'model':
      return checkModel(definition, options, modelInput)
    case 'dataset':
    case 'format':
    case 'sink':
    case 'executor':
      return [
        {
          ...{ subject: `${definition.kind} "${definition.id}"`, check: 'options' },
          ...notApplicable('It is loaded, read or run: hold it to its laws with assertAllConform.'),
        },
      ]
    default:
      return []
  }
}

const keyOf = ({ kind, id }: Pick<Definition, 'kind' | 'id'>): string => `${kind}/${id}`

const suffix = (options: ConformanceCase['options']): string =>
  Object.keys(options).length === 0 ? '' : ` with ${JSON.stringify(options)}`
