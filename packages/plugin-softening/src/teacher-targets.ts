import { type PartLookup, type Scheduled, z } from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { sharedTemperature } from './softenings/shared.js'

/** Options of methods that work on any softening of the teacher. */
export const softeningChoice = {
  softening: z
    .string()
    .nullable()
    .default(null)
    .describe('Id of the softening of the teacher; null: the student’s temperature for both'),
  softeningOptions: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Options of that softening; its defaults where left out'),
}

interface SofteningChoice {
  readonly softening: string | null
  readonly softeningOptions: Readonly<Record<string, unknown>>
}

/** A chosen softening, its scalars named apart from the method's own. */
export interface TeacherTargets {
  readonly scalars: Readonly<Record<string, Scheduled>>
  /** Log-probabilities of the target, `[batch, classes]`. */
  readonly logTarget: (
    logits: Tensor2D,
    labels: Tensor1D,
    scalars: Readonly<Record<string, Scalar>>,
    temperature: Scalar,
  ) => Tensor2D
}

const PREFIX = 'softening-'

/** How the teacher is softened. Throws as the registry does when the softening or its options are unknown. */
export function teacherTargets(
  { softening, softeningOptions }: SofteningChoice,
  parts: PartLookup,
): TeacherTargets {
  if (softening === null) {
    return {
      scalars: {},
      logTarget: (logits, _labels, _scalars, temperature) =>
        sharedTemperature(logits, temperature).logProbabilities,
    }
  }
  const chosen = parts.softening(softening, softeningOptions)
  const names = Object.keys(chosen.scalars ?? {})
  return {
    scalars: Object.fromEntries(names.map((name) => [PREFIX + name, chosen.scalars![name]!])),
    logTarget: (logits, labels, scalars) => {
      const own = Object.fromEntries(names.map((name) => [name, scalars[PREFIX + name]!]))
      return chosen.apply(logits, labels, own).logProbabilities
    },
  }
}
