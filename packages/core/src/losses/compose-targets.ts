import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { TensorRecord } from '../contracts/objective.js'
import type { EnhancedTargets, PartLookup } from '../contracts/parts.js'
import type { Scheduled } from '../schedules/schedule.js'

/** A softening and an enhancement by id, each with its own options; `none` for no enhancement. */
export interface TargetChoice {
  readonly softening: string
  readonly softeningOptions: Readonly<Record<string, unknown>>
  readonly enhancement: string
  readonly enhancementOptions: Readonly<Record<string, unknown>>
}

/** Names of the parts' scalars beside the method's own. */
type PartScalar = `softening.${string}` | `enhancement.${string}`

/** Teacher logits to targets, with the schedules and the state that the parts bring along. */
export interface ComposedTargets {
  /** `softening.*` and `enhancement.*`, for an objective's `scalars`. */
  readonly scalars: Readonly<Record<PartScalar, Scheduled>>
  /** Initial state for one teacher, its keys starting with `prefix`. */
  readonly state: (classes: number, prefix?: string) => TensorRecord
  /** `state` holds, among others, what `state(classes, prefix)` made; the result has the new values under the same keys. */
  readonly apply: (
    logits: Tensor2D,
    labels: Tensor1D,
    scalars: Readonly<Record<string, Scalar>>,
    state: TensorRecord,
    prefix?: string,
  ) => EnhancedTargets
}

/**
 * Looks up a softening and an enhancement and chains them: `target = enhance(soften(z_t, y), y)`.
 *
 * Throws UMBRA_UNKNOWN_ID and UMBRA_OPTION as the registry does.
 */
export function composeTargets(parts: PartLookup, choice: TargetChoice): ComposedTargets {
  const softening = parts.softening(choice.softening, choice.softeningOptions)
  const enhancement =
    choice.enhancement === 'none'
      ? undefined
      : parts.enhancement(choice.enhancement, choice.enhancementOptions)
  return {
    scalars: {
      ...prefixed('softening.', softening.scalars),
      ...prefixed('enhancement.', enhancement?.scalars),
    },
    state: (classes, prefix = '') => prefixed(prefix, enhancement?.state?.(classes)),
    apply: (logits, labels, scalars, state, prefix = '') => {
      const soft = softening.apply(logits, labels, under('softening.', scalars))
      if (enhancement === undefined) return soft
      const { state: next, ...targets } = enhancement.apply(
        soft,
        labels,
        under('enhancement.', scalars),
        under(prefix, state),
      )
      return { ...targets, state: prefixed(prefix, next) }
    },
  }
}

const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>> = {}): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}${name}`, value]))

const under = <T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  )
