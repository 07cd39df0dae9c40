import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Evaluation } from './events.js'
import type { DistillBatch } from './objective.js'
import type { Recipe } from '../recipe/recipe.js'

export interface StageInfo {
  readonly stage: string
  readonly arms: readonly string[]
}
export interface ArmInfo {
  readonly arm: string
  readonly method: string
  readonly seed: number
}

/**
 * Every hook of the trainer: how it runs, what it is given, what it returns.
 * `notify` is awaited and returns nothing; `pipe` passes a value from plugin to plugin; `collect` gathers one value a
 * plugin; `restore` is awaited and gives each plugin back what it had collected.
 * `terms` and `gradients` run inside the traced step: pure tensor code only.
 */
export interface HookTable {
  runStart: { kind: 'notify'; info: { readonly name: string } }
  runEnd: { kind: 'notify'; info: { readonly name: string } }
  stageStart: { kind: 'notify'; info: StageInfo }
  stageEnd: { kind: 'notify'; info: StageInfo }
  epochStart: { kind: 'notify'; info: StageInfo & { readonly epoch: number } }
  epochEnd: { kind: 'notify'; info: StageInfo & { readonly epoch: number } }
  evaluated: { kind: 'notify'; info: ArmInfo & { readonly epoch: number; readonly result: Evaluation } }
  failed: { kind: 'notify'; info: ArmInfo & { readonly reason: string } }
  recipe: { kind: 'pipe'; value: Recipe; info: StageInfo }
  terms: {
    kind: 'pipe'
    value: Readonly<Record<string, Tensor1D>>
    info: ArmInfo & { readonly batch: DistillBatch }
  }
  gradients: {
    kind: 'pipe'
    value: Readonly<Record<string, Tensor>>
    info: ArmInfo & { readonly scalars: Readonly<Record<string, Scalar>> }
  }
  /** State a plugin wants in a checkpoint; handed back to the plugin's own `restore`. JSON. */
  checkpoint: { kind: 'collect'; value: unknown; info: StageInfo & { readonly step: number } }
  restore: { kind: 'restore'; value: unknown; info: StageInfo }
}

export type HookName = keyof HookTable
export type HookKind = HookTable[HookName]['kind']
/** Names of the hooks of one kind. */
export type HooksOf<K extends HookKind> = {
  [N in HookName]: HookTable[N]['kind'] extends K ? N : never
}[HookName]

/** The handler of a hook, derived from the table. */
export type HookHandler<N extends HookName> = HookTable[N] extends { kind: 'notify'; info: infer I }
  ? (info: I) => void | Promise<void>
  : HookTable[N] extends { kind: 'pipe'; value: infer V; info: infer I }
    ? (value: V, info: I) => V
    : HookTable[N] extends { kind: 'collect'; value: infer V; info: infer I }
      ? (info: I) => V
      : HookTable[N] extends { kind: 'restore'; value: infer V; info: infer I }
        ? (value: V, info: I) => void | Promise<void>
        : never

/** What a hook is told. */
export type HookInfo<N extends HookName> = HookTable[N]['info']
/** What a hook is given to change, or gives. */
export type HookValue<N extends HookName> = HookTable[N] extends { value: infer V } ? V : never

/** What a plugin may write under `hooks`. */
export type HookHandlers = { readonly [N in HookName]?: HookHandler<N> }

/** The kind of each hook at run time; complete by its type. */
export const HOOK_KINDS: { readonly [N in HookName]: HookTable[N]['kind'] } = {
  runStart: 'notify',
  runEnd: 'notify',
  stageStart: 'notify',
  stageEnd: 'notify',
  epochStart: 'notify',
  epochEnd: 'notify',
  evaluated: 'notify',
  failed: 'notify',
  recipe: 'pipe',
  terms: 'pipe',
  gradients: 'pipe',
  checkpoint: 'collect',
  restore: 'restore',
}
