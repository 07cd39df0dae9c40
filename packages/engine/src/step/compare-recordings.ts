import { createHash } from 'node:crypto'
import { UmbraError } from '@umbra/core'
import type { GraphNode } from './graph-node.js'
import { whereOf } from './origin.js'
import type { RecordedStep } from './record-step.js'

/**
 * Refuses a step that does not give the same graph for two different inputs: what differs is not computed from them.
 *
 * Throws UMBRA_STEP_IMPURE naming the method, the operation and the line.
 */
export function compareRecordings(one: RecordedStep, two: RecordedStep): void {
  const length = Math.max(one.nodes.length, two.nodes.length)
  for (let i = 0; i < length; i++) {
    const [a, b] = [one.nodes[i], two.nodes[i]]
    if (a === undefined || b === undefined || fingerprint(a) !== fingerprint(b)) throw differs(a, b)
  }
  if (results(one) !== results(two))
    throw impure(
      'the step does not do the same for every batch: what it returns or assigns differs between two traces',
    )
}

function fingerprint({ op, inputs, attributes }: GraphNode): string {
  return `${op}(${inputs.join()})${JSON.stringify(attributes, plain)}`
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return createHash('md5').update(value).digest('hex')
  // JSON writes null for everything that is not finite.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** The node that gives each output and each assigned variable its value. */
const results = ({ outputs, state }: RecordedStep): string =>
  JSON.stringify([[...outputs], state.map(({ name, next = null }) => [name, next])])

/** Names a node inside a method if there is one; one trace may be longer than the other. */
function differs(one: GraphNode | undefined, two: GraphNode | undefined): UmbraError {
  const node = [one, two].find((candidate) => (candidate?.scope ?? '') !== '') ?? one ?? two
  const scope = node?.scope === undefined || node.scope === '' ? 'the step' : node.scope
  const constants = one?.op === 'Const' && two?.op === 'Const'
  const what = constants ? 'a number made in JavaScript' : `operation ${node?.op ?? 'none'}`
  return impure(
    `${scope} does not do the same for every batch: ${what} at ${whereOf(node?.origin)} differs between two traces`,
  )
}

const impure = (subject: string): UmbraError =>
  new UmbraError('UMBRA_STEP_IMPURE', {
    subject,
    expected: 'pure tensor code',
    remedy:
      'Take what changes from `batch.scalars` and random numbers from `feeds` or `batch.seed`; counters, Math.random and Date become constants of the graph. Or run it with --no-compile',
  })
