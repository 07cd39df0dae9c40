import type { Registry } from '@umbra/core/trainer'
import type { MethodEntry, ResolvedConfig } from './experiment-config.js'

/** The baselines of every comparison: labels alone, and plain distillation. */
const BASELINES = ['ce', 'kd']

/**
 * The methods of a comparison, with `ce` and `kd` put first unless they are listed. A baseline that no plugin provides, or
 * that does not work with the number of teachers, is left out. The second value names the baselines added.
 */
export function withBaselines(
  config: ResolvedConfig,
  registry: Registry,
): { readonly config: ResolvedConfig; readonly added: readonly string[] } {
  const { methods, pairs } = config
  const provided = registry.list('method').map(({ definition }) => definition)
  const added = BASELINES.filter((id) => {
    if (methods.some((entry) => entry.id === id || entry.label === id)) return false
    const method = provided.find((definition) => definition.id === id)
    return (
      method !== undefined &&
      pairs.every(
        ({ teachers }) => teachers.length >= method.teachers.min && teachers.length <= method.teachers.max,
      )
    )
  })
  const entries = added.map((id): MethodEntry => ({ id, label: id, options: {} }))
  return { config: { ...config, methods: [...entries, ...methods] }, added }
}
