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
    if (a === undefined || b === undefined || fingerprint(a) !== fingerprint(b)) throw differs(a ?? b!, b)
  }
}

function fingerprint({ op, inputs, attributes }: GraphNode): string {
  const plain = JSON.stringify(attributes, (_key, value: unknown) =>
    ArrayBuffer.isView(value)
      ? createHash('md5')
          .update(value as Uint8Array)
          .digest('hex')
      : value,
  )
  return `${op}(${inputs.join()})${plain}`
}

function differs(node: GraphNode, other: GraphNode | undefined): UmbraError {
  const scope = node.scope === undefined || node.scope === '' ? 'the step' : node.scope
  const what =
    node.op === 'Const' && other?.op === 'Const' ? 'a number made in JavaScript' : `operation ${node.op}`
  return new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `${scope} does not do the same for every batch: ${what} at ${whereOf(node.origin)} differs between two traces`,
    expected: 'pure tensor code',
    remedy:
      'Take what changes from `batch.scalars` and random numbers from `batch.seed`; counters, Math.random and Date are baked into the graph. --no-compile runs it as it stands',
  })
}
