import type { MethodLaws } from '../../contracts/laws.js'
import type { PartLookup } from '../../contracts/parts.js'
import type { Definition, Plugin } from '../../contracts/plugin.js'
import { assemble } from '../../registry/registry.js'
import { checkMethod } from './check-method.js'
import { checkPart } from './check-part.js'
import type { Verdict } from './verdict.js'

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
}

/**
 * Holds everything a plugin provides to the laws of its kind: methods, softenings, enhancements, weightings.
 *
 * Throws what `assemble` throws, and UMBRA_ENGINE_UNAVAILABLE unless the backend is cpu (see `checkMethod`).
 */
export function conformance(plugin: Plugin, options: ConformanceOptions = {}): Verdict[] {
  const { needs = [], laws = {}, cases = {} } = options
  const { parts } = assemble([plugin, ...needs])
  const casesOf = (key: string): readonly ConformanceCase[] => [{ options: {} }, ...(cases[key] ?? [])]
  return plugin.provides.flatMap((definition) =>
    casesOf(`${definition.kind}/${definition.id}`).flatMap(({ options: given, laws: more }) =>
      verdictsOf(definition, given, {
        parts,
        laws: { ...('laws' in definition ? definition.laws : {}), ...laws[definition.id], ...more },
      }).map((verdict) => ({ ...verdict, subject: verdict.subject + suffix(given) })),
    ),
  )
}

function verdictsOf(
  definition: Definition,
  options: ConformanceCase['options'],
  rest: { readonly parts: PartLookup; readonly laws: MethodLaws },
): Verdict[] {
  switch (definition.kind) {
    case 'method':
      return checkMethod(definition, { ...rest, options })
    case 'softening':
    case 'enhancement':
    case 'weighting':
      return checkPart(definition, options)
    default:
      return []
  }
}

const suffix = (given: ConformanceCase['options']): string =>
  Object.keys(given).length === 0 ? '' : ` with ${JSON.stringify(given)}`
