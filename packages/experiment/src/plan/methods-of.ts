import type { ComposedMethod } from '../config/compose-method.js'
import type { PairConfig } from '../config/experiment-config.js'
import { withCandidate } from '../config/with-candidate.js'
import type { CheckedExperiment } from './experiment.js'

/** The methods of a configuration for a pair, and those with each value that a search tries. */
export function methodsOf(
  pair: PairConfig,
  { config, methods }: Pick<CheckedExperiment, 'config' | 'methods'>,
): ComposedMethod[] {
  const composed = config.methods.flatMap((entry) => {
    const searched = Object.entries(entry.search ?? {}).flatMap(([key, values]) =>
      values.map((value) => ({ ...entry, options: withCandidate(entry.options, { [key]: value }) })),
    )
    return [entry, ...searched].map((choice) => methods.of(choice, pair))
  })
  return [...new Set(composed)]
}
