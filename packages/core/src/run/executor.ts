import { z } from 'zod'
import { defineExecutor, type Executor } from '../contracts/executor.js'
import type { Registry } from '../registry/registry.js'
import type { ResolvedConfig } from './config.js'

/** One trial after the other, in the process of the run. */
export const inProcessExecutor = defineExecutor({
  id: 'in-process',
  summary: 'Trains one cohort after the other in the process of the run.',
  options: z.strictObject({}),
  create: () => ({
    run: async (trials, { train, signal }) => {
      for (const trial of trials) {
        if (signal.aborted) return
        await train(trial)
      }
    },
  }),
})

/** The executor of a configuration; `in-process` is there without any plugin. */
export function createExecutor(registry: Registry, { executor }: Pick<ResolvedConfig, 'executor'>): Executor {
  const builtIn = executor.id === inProcessExecutor.id
  const definition = builtIn ? inProcessExecutor : registry.get('executor', executor.id)
  return definition.create(registry.parse(definition, executor.options))
}
