import type { StaticShapes } from '../contracts/objective.js'
import { type TappedModel, tapModel } from '../model/tapped-model.js'
import type { NewArm } from './arm.js'
import type { CohortOptions, Teacher } from './cohort-options.js'

/** What an arm is tried with before a run. */
export interface RehearsalSetting {
  readonly data: Pick<CohortOptions['data'], 'train' | 'classes'>
  /** Those it learns from, untrained ones will do. */
  readonly teachers: readonly Teacher[]
  readonly batch: number
}

/** The networks of an arm with its taps, and the shapes that they give. */
export interface ArmNetworks {
  readonly student: TappedModel
  readonly teachers: readonly TappedModel[]
  readonly shapes: StaticShapes
}

/** Taps the networks of an arm. Throws UMBRA_TAP_UNKNOWN for a tap that one of them lacks. */
export function armNetworks(
  { model, objective, aliases }: NewArm,
  { data: { train, classes }, teachers, batch: most }: RehearsalSetting,
): ArmNetworks {
  const batch = Math.min(most, train.count)
  const student = tapModel(model, objective.taps?.student ?? [], aliases, 'the student')
  const networks = teachers.map(({ label, model: teacher, aliases: names }) =>
    tapModel(teacher, objective.taps?.teacher ?? [], names, `teacher "${label}"`),
  )
  return {
    student,
    teachers: networks,
    shapes: {
      ...{ batch, classes, samples: train.count, labels: train.labels },
      student: student.shapes(batch),
      teachers: networks.map((network) => network.shapes(batch)),
    },
  }
}
