import type { DatasetDefinition } from './dataset.js'
import type { ExecutorDefinition } from './executor.js'
import type { FormatDefinition } from './format.js'
import type { GoldenDefinition } from './golden.js'
import type { MethodDefinition } from './method.js'
import type { ModelDefinition } from './model.js'
import type { EnhancementDefinition, SofteningDefinition, WeightingDefinition } from './parts.js'
import type { HooksDefinition } from './hooks-definition.js'
import type { MetricDefinition } from './metric.js'
import type { OptimiserDefinition } from './optimiser.js'
import type { ScheduleDefinition } from './schedule.js'
import type { SinkDefinition } from './sink.js'
import type { ServiceProvision } from './service.js'
import type { HookHandlers } from './hooks.js'
import { noteDefiningFile } from '../util/defining-file.js'

/** Every definition a plugin can provide. */
export type Definition =
  | MethodDefinition
  | SofteningDefinition
  | EnhancementDefinition
  | WeightingDefinition
  | OptimiserDefinition
  | ScheduleDefinition
  | MetricDefinition
  | ModelDefinition
  | FormatDefinition
  | DatasetDefinition
  | GoldenDefinition
  | ExecutorDefinition
  | SinkDefinition
  | HooksDefinition

/** Definition of one kind. */
export type DefinitionOf<K extends Definition['kind']> = Extract<Definition, { kind: K }>

/** A plugin is a frozen value; importing it does nothing. */
export interface Plugin {
  /** The package's name, or any unique name for a plugin of one file. */
  readonly name: string
  readonly version: string
  /** Version of the plugin contract it was written for, an integer from 1: the newest of the core it was tested with. */
  readonly contract: number
  /** Parts of other plugins it asks for, as `kind/id`: `softening/ats`. */
  readonly needs?: readonly string[]
  readonly provides: readonly Definition[]
  /** Run in everything that is trained, teachers and assistants too; definitions of kind `hooks` are for a configuration to choose. */
  readonly hooks?: HookHandlers
  /** Services that stand in for those of the core: the engine, the clock, the listener. */
  readonly services?: readonly ServiceProvision[]
}

/**
 * Checks the type of a plugin and freezes it.
 *
 * @example
 * const plugin = definePlugin({
 *   name: 'umbra-plugin-mine',
 *   version: '1.0.0',
 *   contract: 1,
 *   provides: [defineMethod({ id: 'mine', summary: 'My loss.', objective: () => objective({ weights: { ce: 1 }, terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }) }) })],
 * })
 */
export function definePlugin(plugin: Plugin): Plugin {
  const frozen = Object.freeze({ ...plugin, provides: Object.freeze([...plugin.provides]) })
  return noteDefiningFile(frozen, definePlugin)
}
