import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defineHooks } from '../contracts/hooks-definition.js'
import type { TensorRecord } from '../contracts/objective.js'
import { definePlugin } from '../contracts/plugin.js'
import type { Recipe } from '../recipe/recipe.js'
import type { HookRunner } from './hook-runner.js'
import type { ArmInfo, HookHandler, HookInfo, HooksOf, StageInfo } from '../contracts/hooks.js'

declare const hooks: HookRunner
declare const recipe: Recipe
declare const stage: StageInfo
declare const arm: ArmInfo
declare const scalar: Scalar

it('derives what each runner takes and returns', () => {
  expectTypeOf(hooks.notify('stageStart', stage)).resolves.toBeVoid()
  expectTypeOf(hooks.pipe('recipe', recipe, stage)).toEqualTypeOf<Recipe>()
  expectTypeOf(hooks.collect('checkpoint', { ...stage, step: 1 })).toEqualTypeOf<Record<string, unknown>>()
  expectTypeOf<HooksOf<'pipe'>>().toEqualTypeOf<'recipe' | 'terms' | 'gradients'>()
  expectTypeOf<HooksOf<'collect'>>().toEqualTypeOf<'checkpoint'>()
  expectTypeOf<HookHandler<'failed'>>().toEqualTypeOf<
    (info: ArmInfo & { readonly reason: string }) => void | Promise<void>
  >()
  expectTypeOf<HookInfo<'terms'>>().toExtend<ArmInfo>()
  expectTypeOf<HooksOf<'first'>>().toEqualTypeOf<'stop'>()
  expectTypeOf<HooksOf<'carry'>>().toEqualTypeOf<'weights'>()
  expectTypeOf<HookHandler<'stop'>>().returns.toEqualTypeOf<string | undefined>()
  expectTypeOf(hooks.offer('average', {}, { ...arm, weights: {} })).toEqualTypeOf<TensorRecord | undefined>()
})

it('does not compile when a hook is run the wrong way', () => {
  // @ts-expect-error a pipe is not a notification
  void hooks.notify('recipe', stage)
  // @ts-expect-error a notification is not a pipe
  hooks.pipe('stageStart', recipe, stage)
  // @ts-expect-error a notification collects nothing
  hooks.collect('runEnd', { name: 'r' })
  // @ts-expect-error no such hook
  void hooks.notify('stageBegin', stage)
  // @ts-expect-error what was collected is given back by restore alone
  void hooks.notify('restore', stage)
  // @ts-expect-error the epoch is missing
  void hooks.notify('epochStart', stage)
  // @ts-expect-error a recipe is not a number
  hooks.pipe('recipe', 3, stage)
  // @ts-expect-error the batch is missing
  hooks.pipe('terms', {}, { arm: 'a', method: 'kd', seed: 0 })
  // @ts-expect-error no such hook
  hooks.has('begin')
  // @ts-expect-error what is carried needs its states
  hooks.pipe('weights', {}, { ...arm, step: scalar, progress: scalar })
  // @ts-expect-error a question is not an offer
  hooks.offer('stop', {}, { ...arm, epoch: 0, history: [] })
  // @ts-expect-error the history is missing
  hooks.first('stop', { ...arm, epoch: 0 })
})

it('does not compile when a plugin writes a hook the wrong way', () => {
  const rest = { name: 'p', version: '1.0.0', contract: 1, provides: [] }
  // @ts-expect-error a recipe must be returned
  definePlugin({ ...rest, hooks: { recipe: () => undefined } })
  // @ts-expect-error terms are tensors
  definePlugin({ ...rest, hooks: { terms: () => ({ kd: 1 }) } })
  const waits = async (terms: Record<string, Tensor1D>): Promise<Record<string, Tensor1D>> =>
    Promise.resolve(terms)
  // @ts-expect-error tensor code cannot wait
  definePlugin({ ...rest, hooks: { terms: waits } })
  // @ts-expect-error no such hook
  definePlugin({ ...rest, hooks: { stageBegin: () => undefined } })
  // @ts-expect-error no such order
  definePlugin({ ...rest, hooks: { runEnd: { order: 'first', handler: () => undefined } } })
  // @ts-expect-error a recipe must be returned, whatever the order
  definePlugin({ ...rest, hooks: { recipe: { order: 'pre', handler: () => undefined } } })
  // @ts-expect-error what is carried needs a step
  definePlugin({ ...rest, hooks: { weights: { initial: () => ({}) } } })
  // @ts-expect-error a reason is a text
  definePlugin({ ...rest, hooks: { stop: () => true } })
})

it('does not compile when hooks are defined the wrong way', () => {
  const rest = { id: 'ema', summary: 'Mean.', options: z.strictObject({ decay: z.number().default(0.9) }) }
  defineHooks({ ...rest, create: ({ decay }) => ({ stop: () => decay.toFixed(1) }) })
  // @ts-expect-error a run as a whole is the plugin's
  defineHooks({ ...rest, create: () => ({ runEnd: () => undefined }) })
  // @ts-expect-error no such option
  defineHooks({ ...rest, create: ({ rate }) => ({ stop: () => String(rate) }) })
})
