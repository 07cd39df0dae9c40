import { type HookChoice, type Registry, chooseHooks } from '@umbra/core/trainer'

/** Copies of a student's weights that the hooks of a run keep from step to step (`ema`): one for each that makes some at the start. */
export const keptCopies = (registry: Registry, hooks: readonly HookChoice[]): number =>
  chooseHooks(registry, hooks).carriers('weights')
