import { randomStream } from '../random/stream.js'
import type { FeedContext, ModelOutputs } from '../contracts/objective.js'
import { type TappedModel, tapModel } from '../model/tapped-model.js'
import { evaluateTerms } from '../objective/evaluate-terms.js'
import { tf } from '../tf.js'
import type { NewArm } from './arm.js'
import { checkClasses, checkLabels } from './check-arm.js'
import type { CohortOptions, Teacher } from './cohort-options.js'
import { feedsOf } from './feeds-of.js'
import { prepareObjective } from './prepare-objective.js'

/** What an arm is rehearsed with. */
export interface RehearsalSetting {
  readonly data: Pick<CohortOptions['data'], 'train' | 'classes'>
  /** Those it learns from, untrained ones will do. */
  readonly teachers: readonly Teacher[]
  readonly batch: number
}

/** Most numbers in the outputs of the networks for which terms are computed: 64 MB. */
const MOST = 2 ** 24

/**
 * Finds out whether an arm can be trained, without running a network: its taps, labels and `prepare`, then its terms on random
 * outputs of the right shapes. Disposes the arm's model. Throws what `trainCohort` would stop the arm for.
 */
export function rehearseArm(spec: NewArm, setting: RehearsalSetting): void {
  const { model, method, objective, aliases } = spec
  const { data, teachers } = setting
  const batch = Math.min(setting.batch, data.train.count)
  try {
    checkClasses(model.outputs[0]?.shape, data.classes, `student of method "${method}"`)
    checkLabels(spec, data.train)
    const student = tapModel(model, objective.taps?.student ?? [], aliases, 'the student')
    const networks = teachers.map(({ label, model: teacher, aliases: names }) =>
      tapModel(teacher, objective.taps?.teacher ?? [], names, `teacher "${label}"`),
    )
    const shapes = {
      ...{ batch, classes: data.classes, samples: data.train.count, labels: data.train.labels },
      student: student.shapes(batch),
      teachers: networks.map((network) => network.shapes(batch)),
    }
    tf.tidy(() => {
      const made = prepareObjective(spec, shapes, { teachers: teachers.map((teacher) => teacher.model) })
      try {
        evaluate(spec, { student, teachers: networks }, made, setting)
      } finally {
        // Variables outlive a tidy.
        tf.dispose([Object.values(made.variables), Object.values(made.state)])
      }
    })
  } finally {
    model.dispose()
  }
}

interface Networks {
  readonly student: TappedModel
  readonly teachers: readonly TappedModel[]
}

function evaluate(
  spec: NewArm,
  { student, teachers }: Networks,
  prepared: ReturnType<typeof prepareObjective>,
  { data: { train }, batch: most }: RehearsalSetting,
): void {
  const { objective, method, seed } = spec
  const ids = Int32Array.from({ length: Math.min(most, train.count) }, (_, i) => i)
  const count = ids.length
  const peers = Array.from({ length: objective.peers ?? 0 }, () => student)
  if ([student, ...teachers, ...peers].reduce((sum, network) => sum + sizeOf(network, count), 0) > MOST)
    return
  const labels = train.labels.slice(0, count)
  const stream = randomStream(seed, `feeds/${method}/step-1`)
  const streamFor: FeedContext['streamFor'] = (of) => randomStream(seed, `feeds/${of}/step-1`)
  const context = { ids, labels, allLabels: train.labels, step: 1, stream, streamFor }
  const feeds = Object.entries(feedsOf(spec, context)).map(
    ([name, { shape, data }]) =>
      [name, tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')] as const,
  )
  evaluateTerms(objective, {
    ...prepared,
    student: outputsOf(student, count, 1),
    teachers: teachers.map((teacher, i) => outputsOf(teacher, count, i + 2)),
    labels: tf.tensor1d(labels, 'int32'),
    batch: {
      ids: tf.tensor1d(ids, 'int32'),
      peers: peers.map((peer, i) => outputsOf(peer, count, -1 - i)),
      feeds: Object.fromEntries(feeds),
      ...unlabelled(labels),
    },
  })
}

/** The target of a batch in which some examples have no label; nothing where all have one. */
function unlabelled(labels: Int32Array): {
  readonly target?: { labels: tf.Tensor1D; labelled: tf.Tensor1D }
} {
  if (labels.every((label) => label >= 0)) return {}
  const labelled = tf.tensor1d(Float32Array.from(labels, (label) => (label < 0 ? 0 : 1)))
  return { target: { labels: tf.tensor1d(labels, 'int32'), labelled } }
}

const sizeOf = (network: TappedModel, batch: number): number =>
  Object.values(network.shapes(batch).taps).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)

function outputsOf(network: TappedModel, batch: number, seed: number): ModelOutputs {
  const { logits, taps } = network.shapes(batch)
  const random = (shape: readonly number[]): tf.Tensor => tf.randomNormal([...shape], 0, 1, 'float32', seed)
  return {
    logits: random(logits) as tf.Tensor2D,
    taps: Object.fromEntries(Object.entries(taps).map(([name, shape]) => [name, random(shape)])),
  }
}
