import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Normalisation } from '../contracts/dataset.js'
import type { StepFunction } from '../contracts/engine.js'
import type { LabelTarget } from '../contracts/label-target.js'
import type { ModelOutputs } from '../contracts/objective.js'
import { createNormaliser, type Normaliser } from '../data/normaliser.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import type { TappedModel } from '../model/tapped-model.js'
import { tf } from '../tf.js'
import { scoped } from '../util/scoped.js'
import { canonicalJson } from '../util/canonical-json.js'
import type { Arm } from './arm.js'
import { isOfArm } from './arm-failure.js'
import { armStep } from './arm-step.js'
import { type CostShares, TEACHERS } from './cost-shares.js'
import { withPrefix } from './with-prefix.js'
import { createScalarTable, type ScalarSource, type ScalarTable } from './scalar-table.js'

/** A frozen model with its own input normalisation. */
export interface TeacherRole {
  readonly label: string
  readonly model: TappedModel
  readonly normalisation: Normalisation
  /** Its variables; they never change. */
  readonly weights: readonly Tensor[]
}

export interface CohortStep {
  readonly step: StepFunction
  readonly scalars: ScalarTable
  readonly dispose: () => void
}

export interface CohortStepOptions {
  readonly studentNormalisation: Normalisation
  /** Whether some training examples have no label (-1). */
  readonly unlabelled: boolean
  readonly hooks: HookRunner
  readonly clipNorm: number
  /** Learning rate of a 0-based step. */
  readonly rate: (step: number) => number
  readonly costs: CostShares
  /** Told what an arm's method threw; the step goes on without the arm's metrics, and the arm must leave the cohort. */
  readonly broken: (arm: string, error: unknown) => void
}

/**
 * The step of a whole cohort: each teacher runs on the batch once, then every arm learns from the same outputs.
 *
 * Inputs: `images` int32 `[batch, height, width, channels]`, `labels` and `ids` int32 `[batch]`, `scalars` (the packed
 * table), `seed/<arm>` int32 `[2]`, `feed/<arm>/<name>`, `noise/<arm>/<network>/<layer>/<call>`. Output: `metrics/<arm>` for each arm, see `armStep`.
 */
export function createCohortStep(
  arms: readonly Arm[],
  teachers: readonly TeacherRole[],
  options: CohortStepOptions,
): CohortStep {
  const { hooks, clipNorm, broken, costs } = options
  const normalisers = new Map<string, Normaliser>()
  const normaliser = (normalisation: Normalisation): Normaliser => {
    const key = canonicalJson(normalisation)
    const made = normalisers.get(key) ?? createNormaliser(normalisation)
    normalisers.set(key, made)
    return made
  }
  const ofStudent = normaliser(options.studentNormalisation)
  const ofTeachers = teachers.map(({ normalisation }) => normaliser(normalisation))
  const scalars = createScalarTable(scalarSources(arms, options))

  const step: StepFunction = (inputs) => {
    const labels = inputs.labels as Tensor1D
    const target: LabelTarget = options.unlabelled
      ? { labels, labelled: tf.cast(tf.greaterEqual(labels, 0), 'float32') }
      : { labels }
    const named = scalars.unpack(inputs.scalars as Tensor1D)
    const views = new Map<Normaliser, Tensor>()
    const view = (by: Normaliser): Tensor => {
      // `stepInputs` always makes images.
      const normalised = views.get(by) ?? by.apply(inputs.images!)
      views.set(by, normalised)
      return normalised
    }
    const outputs: ModelOutputs[] = costs.time(TEACHERS, () =>
      teachers.map(({ label, model }, i) => {
        // Made above, one for each teacher.
        const images = view(ofTeachers[i]!)
        return scoped(`teacher "${label}"`, () => model.apply(images, false))
      }),
    )
    const images = view(ofStudent)
    const common = { images, labels, target, ids: inputs.ids as Tensor1D, scalars: named }
    return Object.fromEntries(
      arms.flatMap((arm) => {
        const { id, teachers: indices } = arm.spec
        const armInputs = {
          ...common,
          seed: inputs[`seed/${id}`] as Tensor1D,
          feeds: withPrefix(inputs, `feed/${id}/`),
          noise: withPrefix(inputs, `noise/${id}/`),
          // An arm's indices are those of its cohort's teachers.
          teachers: indices === undefined ? outputs : indices.map((i) => outputs[i]!),
        }
        try {
          return [[`metrics/${id}`, costs.time(id, () => armStep(arm, armInputs, hooks, clipNorm))] as const]
        } catch (error) {
          if (!isOfArm(error)) throw error
          // Rethrown, it would also stop the arms that are already updated.
          broken(id, error)
          return []
        }
      }),
    )
  }
  return { step, scalars, dispose: () => [...normalisers.values()].forEach((n) => n.dispose()) }
}

function scalarSources(arms: readonly Arm[], options: CohortStepOptions): Record<string, ScalarSource> {
  const { rate } = options
  const sources: Record<string, ScalarSource> = {
    step: ({ step }) => step,
    progress: ({ epoch, epochs }) => Math.min(1, epoch / epochs),
  }
  for (const { spec, optimiser } of arms) {
    for (const [term, weight] of Object.entries(spec.objective.weights))
      sources[`${spec.id}/weight/${term}`] = weight
    for (const [name, value] of Object.entries(spec.objective.scalars ?? {}))
      sources[`${spec.id}/scalar/${name}`] = value
    const at = (step: number): Readonly<Record<string, number>> => optimiser.scalars(step, rate(step - 1))
    // An optimiser has the same scalars at every step.
    for (const name of Object.keys(at(1)))
      sources[`${spec.id}/optimiser/${name}`] = ({ step }) => at(step)[name]!
  }
  return sources
}
