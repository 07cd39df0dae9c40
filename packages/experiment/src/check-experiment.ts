import { resolve } from 'node:path'
import type { UmbraError } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import { withBaselines } from './config/baselines.js'
import { checkConfig } from './config/check-config.js'
import { completeRecipes } from './config/complete-recipes.js'
import type { Methods } from './config/compose-method.js'
import type { ResolvedConfig } from './config/experiment-config.js'
import type { RunCommand } from './config/run-command.js'
import { createExecutor } from './execute/in-process.js'
import type { CheckedExperiment } from './plan/experiment.js'

/** A configuration, the registry of its ids, and the command it is for. */
export interface CheckInput {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly command: RunCommand
  /** Relative paths of the configuration are resolved against this folder. */
  readonly baseDir: string
}

/**
 * Checks everything in an experiment that can be checked without data or engine, and composes its methods;
 * adds the baselines for `compare`. All problems are thrown at once, as UMBRA_PROBLEMS or the code of the only one.
 */
export function checkExperiment({ config, registry, command, baseDir }: CheckInput): CheckedExperiment {
  const { config: whole, problems } = completeRecipes(config, registry)
  const { config: complete, added } =
    command === 'compare' && config.baselines ? withBaselines(whole, registry) : { config: whole, added: [] }
  const methods = checkConfig(registry, complete, baseDir, problems)
  return {
    ...{ command, registry, baseDir, methods },
    broken: brokenMethods(complete, methods),
    config: { ...complete, runs: resolve(complete.runs) },
    addedBaselines: added,
    executor: createExecutor(registry, complete),
  }
}

/** What the code of methods threw; one that several pairs share is named once. */
function brokenMethods({ methods, pairs }: ResolvedConfig, composed: Methods): UmbraError[] {
  const errors = pairs.flatMap((pair) => methods.flatMap((entry) => composed.of(entry, pair).broken ?? []))
  return errors.filter(({ message }, i) => errors.findIndex((other) => other.message === message) === i)
}
