import type { ResolvedConfig } from '@umbra/core'

/** Relative work of each stage in the order they run: teachers to be trained, then one cohort a seed. */
export const stageWeights = ({ teachers, seeds, methods, recipe }: ResolvedConfig): number[] => [
  ...teachers.flatMap((teacher) => ('train' in teacher ? [teacher.train.epochs] : [])),
  // A teacher pass costs about a third of a training step.
  ...seeds.map(() => recipe.epochs * (methods.length + teachers.length / 3)),
]
