import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Evaluation } from './events.js'
import type { DistillBatch, TensorRecord } from './objective.js'
import type { Recipe } from '../recipe/recipe.js'

/** The stage that a hook is called in: one cohort of arms, or a teacher that is trained first. */
export interface StageInfo {
  readonly stage: string
  readonly arms: readonly string[]
}
/** The arm that a hook is called for. */
export interface ArmInfo {
  readonly arm: string
  readonly method: string
  readonly seed: number
}

/** An evaluation: what is evaluated, after which epoch (0-based), on which images. */
export interface EvaluationInfo extends ArmInfo {
  readonly epoch: number
  readonly set: 'validation' | 'test'
  /** The student as it is, its weights of the epoch best on validation, or the average kept beside it. */
  readonly weights: 'student' | 'best' | 'average'
}

/** An epoch of an arm after which it was evaluated on validation. */
export interface EvaluatedEpoch {
  /** 0-based. */
  readonly epoch: number
  readonly validation: Evaluation
  /** Of the average kept beside the student, where there is one. */
  readonly average?: Evaluation
}

/** What a step leaves behind: a value for the next plugin, and what is carried to the next step. Absent: unchanged. */
export interface Carried<V> {
  readonly value?: V
  readonly state?: TensorRecord
}

/** A pipe that carries tensors of its own from step to step; they are saved in checkpoints and restored from them. */
export interface CarryHandler<V, I> {
  /** Initial values of what is carried, once for each arm before its first step. */
  readonly initial?: (value: V, info: ArmInfo) => TensorRecord
  /** Pure tensor code. `state` is this handler's own. */
  readonly step: (value: V, state: TensorRecord, info: I) => Carried<V>
}

/**
 * Every hook of the trainer: how it runs, what it is given, what it returns.
 *
 * `notify` is awaited and returns nothing; `pipe` passes a value from plugin to plugin; `carry` is a pipe with tensors carried
 * from step to step; `offer` is asked of the one plugin that has it, with what it carries; `first` asks one plugin after
 * the other until one answers; `collect` gathers one value a plugin; `restore` is awaited and gives each plugin back what it
 * had collected. `terms`, `gradients` and `weights` run inside the traced step: pure tensor code only.
 *
 * What a hook is told is a frozen copy; what it returns is checked: names, shapes and types of tensors stay as they are.
 */
export interface HookTable {
  runStart: { kind: 'notify'; info: { readonly name: string } }
  runEnd: { kind: 'notify'; info: { readonly name: string } }
  stageStart: { kind: 'notify'; info: StageInfo }
  stageEnd: { kind: 'notify'; info: StageInfo }
  epochStart: { kind: 'notify'; info: StageInfo & { readonly epoch: number } }
  epochEnd: { kind: 'notify'; info: StageInfo & { readonly epoch: number } }
  /** After the optimiser, on the host; `step` is 1-based, `arms` those in training. */
  stepEnd: {
    kind: 'notify'
    info: StageInfo & { readonly step: number; readonly steps: number; readonly epoch: number }
  }
  evaluationStart: { kind: 'notify'; info: EvaluationInfo }
  evaluated: { kind: 'notify'; info: EvaluationInfo & { readonly result: Evaluation } }
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
  /** The student's weights by name (`layer/kernel`) after the optimiser, moving statistics among them; `step` is 1-based. */
  weights: {
    kind: 'carry'
    value: TensorRecord
    info: ArmInfo & { readonly step: Scalar; readonly progress: Scalar }
  }
  /** Further weights for all of the student's names, evaluated and saved beside it; `weights` are the student's own. */
  average: { kind: 'offer'; value: TensorRecord; info: ArmInfo & { readonly weights: TensorRecord } }
  /** A reason to end an arm; asked after each evaluation on validation but the last, whose epoch stands last in `history`. */
  stop: {
    kind: 'first'
    value: string
    info: ArmInfo & { readonly epoch: number; readonly history: readonly EvaluatedEpoch[] }
  }
  /** State a plugin wants in a checkpoint; handed back to the plugin's own `restore`. JSON. */
  checkpoint: { kind: 'collect'; value: unknown; info: StageInfo & { readonly step: number } }
  restore: { kind: 'restore'; value: unknown; info: StageInfo }
}

/** Name of a hook. */
export type HookName = keyof HookTable
/** How a hook runs. */
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
    : HookTable[N] extends { kind: 'carry'; value: infer V; info: infer I }
      ? CarryHandler<V, I>
      : HookTable[N] extends { kind: 'offer'; value: infer V; info: infer I }
        ? (state: TensorRecord, info: I) => V | undefined
        : HookTable[N] extends { kind: 'first'; value: infer V; info: infer I }
          ? (info: I) => V | undefined
          : HookTable[N] extends { kind: 'collect'; value: infer V; info: infer I }
            ? (info: I) => V
            : HookTable[N] extends { kind: 'restore'; value: infer V; info: infer I }
              ? (value: V, info: I) => void | Promise<void>
              : never

/** What a hook is told. */
export type HookInfo<N extends HookName> = HookTable[N]['info']
/** What a hook is given to change, or gives. */
export type HookValue<N extends HookName> = HookTable[N] extends { value: infer V } ? V : never

/** A handler that runs before (`pre`) or after (`post`) those that say nothing of their order. */
export interface OrderedHandler<N extends HookName> {
  readonly order: 'pre' | 'post'
  readonly handler: HookHandler<N>
}

/** What a plugin may write under `hooks`. */
export type HookHandlers = { readonly [N in HookName]?: HookHandler<N> | OrderedHandler<N> }

/** The kind of each hook at run time; complete by its type. */
export const HOOK_KINDS: { readonly [N in HookName]: HookTable[N]['kind'] } = {
  runStart: 'notify',
  runEnd: 'notify',
  stageStart: 'notify',
  stageEnd: 'notify',
  epochStart: 'notify',
  epochEnd: 'notify',
  stepEnd: 'notify',
  evaluationStart: 'notify',
  evaluated: 'notify',
  failed: 'notify',
  recipe: 'pipe',
  terms: 'pipe',
  gradients: 'pipe',
  weights: 'carry',
  average: 'offer',
  stop: 'first',
  checkpoint: 'collect',
  restore: 'restore',
}
