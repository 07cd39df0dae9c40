import { type Dataset, type ResolvedConfig } from '@umbra/core'
import { columns } from '../output/format.js'

/** What a run would do. */
export interface Plan {
  readonly dataset: {
    readonly id: string
    readonly train: number
    readonly test: number
    readonly classes: number
  }
  readonly stages: readonly {
    readonly stage: string
    readonly arms: readonly string[]
    readonly epochs: number
    readonly steps: number
  }[]
}

/** Stages, arms and steps of a configuration on a data set. A last batch that is not full is left out. */
export function planRun(
  { teachers, student, methods, seeds, recipe }: ResolvedConfig,
  dataset: Dataset,
): Plan {
  const steps = (epochs: number, batch: number): number => epochs * Math.floor(dataset.train.count / batch)
  const trained = teachers.flatMap((teacher) =>
    'train' in teacher
      ? [
          {
            stage: `teacher ${teacher.model.id}`,
            arms: [teacher.model.id],
            epochs: teacher.train.epochs,
            steps: steps(teacher.train.epochs, teacher.train.batch),
          },
        ]
      : [],
  )
  return {
    dataset: {
      id: dataset.id,
      train: dataset.train.count,
      test: dataset.test.count,
      classes: dataset.classes.length,
    },
    stages: [
      ...trained,
      ...seeds.map((seed) => ({
        stage: `${student.model.id}, seed ${seed}`,
        arms: methods.map(({ label }) => label),
        epochs: recipe.epochs,
        steps: steps(recipe.epochs, recipe.batch),
      })),
    ],
  }
}

/** The plan as a table. A teacher that an earlier run trained costs nothing. */
export function planText({ dataset, stages }: Plan): string {
  const head = `${dataset.id}: ${dataset.train} training and ${dataset.test} test images, ${dataset.classes} classes`
  const rows = stages.map(({ stage, arms, epochs, steps }) => [
    stage,
    arms.join(', '),
    `${epochs} epochs`,
    `${steps} steps`,
  ])
  return `${head}\n\n${columns([['stage', 'arms', 'epochs', 'steps'], ...rows])}\n`
}
