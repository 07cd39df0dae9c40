import { type Dataset, type ImageSet, UmbraError } from '@umbra/core'
import { EVALUATION_BATCH, evaluateLogits, probabilitiesProblem } from '@umbra/core/trainer'
import { computeLogits } from './compute-logits.js'
import type { MeasureContext } from './measure.js'
import type { ReadyTeacher } from './train-once.js'

/** Training images that a teacher is tried on: enough to tell a trained one from chance. */
const IMAGES = EVALUATION_BATCH
/** Standard deviations above chance that a trained teacher has. */
const MARGIN = 2

/**
 * Tries teachers on a few training images before any student learns from them. One that is no better than chance is named in
 * a notice.
 *
 * Throws UMBRA_WEIGHTS_VALUES for one whose logits are not finite or all zero, UMBRA_MODEL for one that gives probabilities.
 */
export async function checkTeachers(
  teachers: readonly ReadyTeacher[],
  context: Pick<MeasureContext, 'engine' | 'dataset' | 'signal' | 'listen'>,
): Promise<void> {
  const { dataset, listen } = context
  const images = spread(dataset.train, IMAGES)
  for (const teacher of new Map(teachers.map((each) => [each.hash, each])).values()) {
    const logits = await computeLogits(teacher, images, context)
    checkLogits(logits, teacher.label)
    const problem = probabilitiesProblem(logits, dataset.classes.length, `teacher "${teacher.label}"`)
    if (problem !== undefined) throw problem
    const text = chanceNotice(logits, { images, label: teacher.label, classes: dataset.classes.length })
    if (text !== undefined) listen({ type: 'notice', text })
  }
}

function checkLogits(logits: Float32Array, label: string): void {
  const fail = (received: string, remedy: string): never => {
    throw new UmbraError('UMBRA_WEIGHTS_VALUES', {
      ...{ subject: `teacher "${label}"`, expected: 'logits of a trained model', received, remedy },
    })
  }
  const bad = logits.find((value) => !Number.isFinite(value))
  if (bad !== undefined) fail(`${bad} for training images`, 'Check its weights and its normalisation')
  if (logits.every((value) => value === 0)) fail('zero for every class and image', 'Check its weights')
}

/** What to say of a teacher that is right no more often than one that always names the most frequent class. */
function chanceNotice(
  logits: Float32Array,
  {
    images: { labels, count },
    label,
    classes,
  }: { readonly images: ImageSet; readonly label: string; readonly classes: number },
): string | undefined {
  const { top1 } = evaluateLogits(logits, labels, classes)
  const frequencies = new Array<number>(classes).fill(0)
  for (const value of labels) frequencies[value] = (frequencies[value] ?? 0) + 1
  const chance = Math.max(...frequencies) / count
  if (chance === 1 || top1 > chance + MARGIN * Math.sqrt((chance * (1 - chance)) / count)) return undefined
  const percent = (part: number): string => `${(100 * part).toFixed(1)} %`
  return `warning: teacher ${label} is right for ${percent(top1)} of ${count} training images, about chance (${percent(chance)}): check its weights, its normalisation and the order of its classes`
}

/** Evenly spaced images of a set, so that one sorted by class gives all of them. */
function spread({ images, labels, count }: Dataset['train'], limit: number): ImageSet {
  const size = images.length / count
  const indices = Array.from({ length: Math.min(limit, count) }, (_, i) =>
    Math.floor((i * count) / Math.min(limit, count)),
  )
  const picked = new Uint8Array(indices.length * size)
  for (const [at, index] of indices.entries())
    picked.set(images.subarray(index * size, (index + 1) * size), at * size)
  // Indices are below the number of labels.
  return {
    images: picked,
    labels: Int32Array.from(indices, (index) => labels[index]!),
    count: indices.length,
  }
}
