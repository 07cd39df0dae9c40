import type { ImageSet } from '../contracts/dataset.js'
import type { LabelTarget } from '../contracts/label-target.js'
import type { DistillBatch, FeedContext, ModelOutputs, ModelShapes } from '../contracts/objective.js'
import { randomStream } from '../random/stream.js'
import { valueAt } from '../schedules/schedule.js'
import { tf } from '../tf.js'
import type { NewArm } from './arm.js'
import type { ArmNetworks } from './arm-networks.js'
import { feedsOf } from './feeds-of.js'

/** Most numbers in the outputs of the networks: 64 MB. */
const MOST = 2 ** 24

/**
 * The batch of an arm's first step, with random outputs of the right shapes in place of what networks give; undefined where they
 * would be too large. To be called within `tf.tidy`. Throws what the arm's `feeds` throws.
 */
export function standInBatch(
  spec: NewArm,
  { shapes }: Pick<ArmNetworks, 'shapes'>,
  train: ImageSet,
): DistillBatch | undefined {
  const { objective, method, seed } = spec
  const peers = Array.from({ length: objective.peers ?? 0 }, () => shapes.student)
  if ([shapes.student, ...shapes.teachers, ...peers].reduce((sum, each) => sum + sizeOf(each), 0) > MOST)
    return undefined
  const ids = Int32Array.from({ length: shapes.batch }, (_, i) => i)
  const labels = train.labels.slice(0, shapes.batch)
  const streamFor: FeedContext['streamFor'] = (of) => randomStream(seed, `feeds/${of}/step-1`)
  const stream = streamFor(method)
  const feeds = Object.entries(
    feedsOf(spec, { ids, labels, allLabels: train.labels, step: 1, stream, streamFor }),
  ).map(
    ([name, { shape, data }]) =>
      [name, tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')] as const,
  )
  const scalars = Object.entries({ step: 0, progress: 0, ...objective.scalars }).map(
    ([name, schedule]) => [name, tf.scalar(valueAt(schedule, 0, 1))] as const,
  )
  const target = targetOf(labels)
  return {
    student: outputsOf(shapes.student, 1),
    teachers: shapes.teachers.map((teacher, i) => outputsOf(teacher, i + 2)),
    peers: peers.map((peer, i) => outputsOf(peer, -1 - i)),
    ...{ target, labels: target.labels },
    ids: tf.tensor1d(ids, 'int32'),
    feeds: Object.fromEntries(feeds),
    seed: tf.tensor1d([0, 0], 'int32'),
    scalars: Object.fromEntries(scalars),
  }
}

/** What a batch is labelled with, in which some examples may have no label. */
function targetOf(given: Int32Array): LabelTarget {
  const labels = tf.tensor1d(given, 'int32')
  if (given.every((label) => label >= 0)) return { labels }
  return { labels, labelled: tf.tensor1d(Float32Array.from(given, (label) => (label < 0 ? 0 : 1))) }
}

const sizeOf = ({ taps }: ModelShapes): number =>
  Object.values(taps).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)

function outputsOf({ logits, taps }: ModelShapes, seed: number): ModelOutputs {
  const random = (shape: readonly number[]): tf.Tensor => tf.randomNormal([...shape], 0, 1, 'float32', seed)
  return {
    logits: random(logits) as tf.Tensor2D,
    taps: Object.fromEntries(Object.entries(taps).map(([name, shape]) => [name, random(shape)])),
  }
}
