import { createHash } from 'node:crypto'
import { UmbraError } from '@umbra/core'
import type { GraphNode } from './graph-node.js'
import { whereOf } from './origin.js'
import type { RecordedStep } from './record-step.js'

/**
 * Refuses a step that does not give the same graph for two different inputs: what differs was baked in.
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
  // JSON has one word for all that is not finite.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** Which node each output and each assigned variable has its value from. */
const results = ({ outputs, state }: RecordedStep): string =>
  JSON.stringify([[...outputs], state.map(({ name, next = null }) => [name, next])])

/** Where one trace goes on and the other is done, the node inside of a method is the one to name. */
function differs(one: GraphNode | undefined, two: GraphNode | undefined): UmbraError {
  const node = [one, two].find((candidate) => isScoped(candidate)) ?? one ?? two!
  const scope = isScoped(node) ? node.scope! : 'the step'
  const constants = one?.op === 'Const' && two?.op === 'Const'
  const what = constants ? 'a number made in JavaScript' : `operation ${node.op}`
  return impure(
    `${scope} does not do the same for every batch: ${what} at ${whereOf(node.origin)} differs between two traces`,
  )
}

const impure = (subject: string): UmbraError =>
  new UmbraError('UMBRA_STEP_IMPURE', {
    subject,
    expected: 'pure tensor code',
    remedy:
      'Take what changes from `batch.scalars` and random numbers from `feeds` or `batch.seed`; counters, Math.random and Date are baked into the graph. --no-compile runs it as it stands',
  })

const isScoped = (node: GraphNode | undefined): boolean => (node?.scope ?? '') !== ''
