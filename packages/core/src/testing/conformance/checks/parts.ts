import { UmbraError } from '../../../errors/umbra-error.js'
import { tf } from '../../../tf.js'
import { normal, type Numbers, same } from '../numbers.js'
import { BATCH, LABELS, openPart, type PartDefinition } from '../open-part.js'
import { CLASSES } from '../toy-network.js'
import { type Finding, firstFailure } from '../verdict.js'

const teachers = (
  count: number,
  name: string,
  change: (z: number, i: number) => number = (z) => z,
): Numbers[] =>
  Array.from({ length: count }, (_, k) => {
    const { shape, data } = normal([BATCH, CLASSES], `part/${name}/${k}`, 2)
    return { shape, data: Array.from(data, change) }
  })

/** Logits as they come, at their ends, and where the sure class is wrong. */
const inputs = (count: number): Readonly<Record<string, Numbers[]>> => ({
  'on ordinary logits': teachers(count, 'a'),
  'on logits of 60': teachers(count, 'b', (z) => (z > 0 ? 60 : -60)),
  // There is a label for each example.
  'where the teacher is sure of a wrong class': teachers(count, 'c', (_, i) =>
    i % CLASSES === (LABELS[Math.floor(i / CLASSES)]! + 1) % CLASSES ? 60 : -60,
  ),
  'where the teacher is sure of the right class': teachers(count, 'd', (_, i) =>
    i % CLASSES === LABELS[Math.floor(i / CLASSES)] ? 60 : -60,
  ),
})

/** Numbers of teachers it works with, at least one: a weighting may be made for one number only. */
function accepted(
  definition: PartDefinition,
  options?: Readonly<Record<string, unknown>>,
): readonly [number, ...number[]] {
  if (definition.kind !== 'weighting') return [1]
  const counts = [3, 2, 1].filter((count) => {
    try {
      openPart(definition, options)(teachers(count, 'a'))
      return true
    } catch (error) {
      if (error instanceof UmbraError) return false
      throw error
    }
  })
  const [most, ...fewer] = counts
  if (most !== undefined) return [most, ...fewer]
  throw new UmbraError('UMBRA_TEACHERS', {
    subject: `weighting "${definition.id}"`,
    expected: 'to weigh one, two or three teachers',
    received: 'an error for each number',
  })
}

/** Rows of finite, non-negative numbers that sum to 1, and logarithms that are finite and theirs. */
export function checkMass(definition: PartDefinition, options?: Readonly<Record<string, unknown>>): Finding {
  const counts = accepted(definition, options)
  const what = definition.kind === 'weighting' ? 'Weights of the teachers' : 'Probabilities'
  const failures = counts.flatMap((count) =>
    Object.entries(inputs(count)).flatMap(([when, logits]) => {
      const { rows, logs } = openPart(definition, options)(logits)
      const [batch, columns] = rows.shape as [number, number]
      const width = definition.kind === 'weighting' ? count : CLASSES
      if (batch !== BATCH || columns !== width)
        return [`${what} must be [${BATCH}, ${width}]; they are [${rows.shape.join(', ')}].`]
      const values = Array.from(rows.data)
      if (!values.every((p) => p >= -1e-6 && Number.isFinite(p)))
        return [`${what} must be finite and not negative; they are not ${when}.`]
      const sums = Array.from({ length: batch }, (_, i) =>
        values.slice(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0),
      )
      const odd = sums.find((sum) => Math.abs(sum - 1) > 1e-4)
      if (odd !== undefined)
        return [
          `${what} of an example must sum to 1; with ${count} teacher${count > 1 ? 's' : ''} they sum to ${odd.toPrecision(3)} ${when}. They are not normalised, or normalised over the wrong dimension.`,
        ]
      if (logs !== undefined && !logs.every(Number.isFinite))
        return [
          `Logarithms of probabilities must be finite; they are not ${when}. They are the logarithm of a softmax that underflows: use log-softmax.`,
        ]
      if (logs !== undefined && !same(logs.map(Math.exp), values, 1e-4))
        return [`\`logProbabilities\` must be the logarithms of \`probabilities\`; they are not ${when}.`]
      return []
    }),
  )
  return firstFailure(failures, `${what} sum to 1 and are finite, at logits of 60 too.`)
}

/** The same each time, whatever came before, and without a look at values, clocks or chance. */
export function checkPartPurity(
  definition: PartDefinition,
  options?: Readonly<Record<string, unknown>>,
): Finding {
  const [count] = accepted(definition, options)
  const [a, b] = [teachers(count, 'a'), teachers(count, 'e')]
  const used = openPart(definition, options)
  const first = used(a)
  const second = used(b)
  const repeated = used(a)
  const fresh = openPart(definition, options)(b)
  const failures = [...first.impure]
  if (!same(repeated.rows.data, first.rows.data, 0))
    failures.push(
      'The same logits must give the same each time; the second time they do not. Something is kept between calls.',
    )
  if (!same(fresh.rows.data, second.rows.data, 0))
    failures.push(
      'What comes out must not depend on batches seen before; made anew, the part gives something else.',
    )
  return firstFailure(failures, 'A function of its arguments alone.')
}

/** Nothing is left behind, not even by the first call. */
export function checkPartLeaks(
  definition: PartDefinition,
  options?: Readonly<Record<string, unknown>>,
): Finding {
  const part = openPart(definition, options)
  const [count] = accepted(definition, options)
  const logits = teachers(count, 'a')
  const before = tf.memory().numTensors
  part(logits)
  part(logits)
  const left = tf.memory().numTensors - before
  return firstFailure(
    left === 0
      ? []
      : [`A call must leave no tensor behind; two left ${left}. Something is kept with tf.keep.`],
    'No tensor is left behind.',
  )
}
