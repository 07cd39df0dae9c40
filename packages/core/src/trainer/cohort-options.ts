import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { ImageSet, Normalisation } from '../contracts/dataset.js'
import type { Engine, TeacherPrecision } from '../contracts/engine.js'
import type { RunListener } from '../contracts/events.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import type { Recipe } from '../recipe/recipe.js'
import type { RecipeParts } from '../registry/recipe-parts.js'
import type { NewArm } from './arm.js'

/** A trained model that teaches. It is never changed. */
export interface Teacher {
  readonly label: string
  readonly model: LayersModel
  readonly aliases: Readonly<Record<string, string>>
  readonly normalisation: Normalisation
}

/** One cohort: arms trained in lockstep on the same batches, and what they are trained with. */
export interface CohortOptions {
  /** Name of the stage in events: `seed-0`, `teacher-cnn`. */
  readonly stage: string
  readonly title: string
  readonly engine: Engine
  readonly hooks: HookRunner
  readonly data: {
    readonly train: ImageSet
    /** Held out from training: evaluated after every epoch, to choose the best one. */
    readonly validation?: ImageSet
    /** Read once, at the end; not at all when left out. */
    readonly test?: ImageSet
    readonly shape: readonly [number, number, number]
    readonly classes: number
  }
  readonly teachers: readonly Teacher[]
  /** Models of the arms are disposed at the end. */
  readonly arms: readonly NewArm[]
  readonly studentNormalisation: Normalisation
  readonly recipe: Recipe
  /** What the recipe names; that of the core alone when left out. */
  readonly recipes?: RecipeParts
  /** How the teachers are computed, where the engine has a choice; float32 when left out. */
  readonly teacherPrecision?: TeacherPrecision
  /** Seed of the order and the augmentation, shared by all arms. */
  readonly seed: number
  /** Where an arm's checkpoints go. Training goes on from the newest one that all arms have. */
  readonly checkpoints: (arm: string) => CheckpointStore
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now: () => number
}
