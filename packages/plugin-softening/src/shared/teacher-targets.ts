import { type PartLookup, type Scheduled, entryOf, type tf, z } from '@umbra/core'
import { sharedTemperature } from '../softenings/shared.js'

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

/** Names of a softening's scalars beside the method's own. */
type SofteningScalar = `softening-${string}`

/** Teacher logits to targets under the softening that a method's options name. */
export interface TeacherTargets {
  /** The softening's scalars, for an objective's `scalars`. */
  readonly scalars: Readonly<Record<SofteningScalar, Scheduled>>
  /** Log-probabilities of the target, `[batch, classes]`. */
  readonly logTarget: (
    logits: tf.Tensor2D,
    labels: tf.Tensor1D,
    scalars: Readonly<Record<SofteningScalar, tf.Scalar>>,
    temperature: tf.Scalar,
  ) => tf.Tensor2D
}

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
  const part = parts.softening(softening, softeningOptions)
  const schedules = Object.entries(part.scalars ?? {})
  return {
    scalars: Object.fromEntries(schedules.map(([name, schedule]) => [prefixed(name), schedule])),
    logTarget: (logits, labels, scalars) => {
      const partScalars = schedules.map(([name]) => [name, entryOf(scalars, prefixed(name))] as const)
      return part.apply(logits, labels, Object.fromEntries(partScalars)).logProbabilities
    },
  }
}

const prefixed = (name: string): SofteningScalar => `softening-${name}`
