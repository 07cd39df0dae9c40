import type { Definition, Plugin } from '../../contracts/plugin.js'
import { LATER, conformance, type ConformanceCase, type ConformanceOptions } from './conformance.js'
import { checkData } from './kinds/check-data.js'
import { checkExecutor } from './kinds/check-executor.js'
import { checkFormat } from './kinds/check-format.js'
import { checkSink } from './kinds/check-sink.js'
import type { Verdict } from './verdict.js'

/**
 * Holds everything a plugin provides to the laws of its kind: what `conformance` checks, and data sets, formats, sinks and
 * executors, which are loaded, read and run in folders of their own. Throws what `conformance` throws.
 *
 * A data set, sink or executor is checked with its `cases` where there are some, with its defaults otherwise.
 */
export async function conformanceOfAll(plugin: Plugin, options: ConformanceOptions = {}): Promise<Verdict[]> {
  const { cases = {}, only } = options
  const isLater = ({ kind }: Pick<Definition, 'kind'>): boolean => LATER.includes(kind)
  const names = plugin.provides.filter(isLater).map(({ kind, id }) => `${kind} "${id}"`)
  const verdicts = conformance(plugin, options).filter(({ subject }) => !names.includes(subject))
  for (const definition of plugin.provides.filter(isLater)) {
    const key = `${definition.kind}/${definition.id}`
    if (only !== undefined && only !== key) continue
    for (const { options: input } of cases[key] ?? [{ options: {} }])
      verdicts.push(...(await verdictsOf(definition, input, options)))
  }
  return verdicts
}

async function verdictsOf(
  definition: Definition,
  input: ConformanceCase['options'],
  { files = {}, baseDir }: ConformanceOptions,
): Promise<Verdict[]> {
  switch (definition.kind) {
    case 'dataset':
      return checkData(definition, input, baseDir)
    case 'format':
      return checkFormat(definition, files[definition.id])
    case 'sink':
      return checkSink(definition, input)
    case 'executor':
      return checkExecutor(definition, input)
    default:
      return []
  }
}
