import { z, type Executor, defineExecutor } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import type { ResolvedConfig } from '../config/experiment-config.js'

/** Trains cohorts one after the other in the process of the run. */
export const inProcessExecutor = defineExecutor({
  id: 'in-process',
  summary: 'Trains one cohort after the other in the process of the run.',
  options: z.strictObject({}),
  create: () => ({
    run: async (cohorts, { train, signal }) => {
      const errors: unknown[] = []
      for (const cohort of cohorts) {
        if (signal.aborted) break
        // A cohort that fails as a whole does not stop the others.
        await train(cohort).catch((error: unknown) => errors.push(error))
      }
      if (errors.length > 0) throw errors[0]
    },
  }),
})

/** The executor of a configuration; `in-process` needs no plugin. */
export function createExecutor(registry: Registry, { executor }: Pick<ResolvedConfig, 'executor'>): Executor {
  const builtIn = executor.id === inProcessExecutor.id
  const definition = builtIn ? inProcessExecutor : registry.get('executor', executor.id)
  return definition.create(registry.parse(definition, executor.options))
}
