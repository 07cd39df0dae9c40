import type { ArmInfo } from '../contracts/hooks.js'
import type { DistillBatch, TensorRecord } from '../contracts/objective.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { tf } from '../tf.js'
import type { OperationRecord } from '../trace/record-operations.js'
import { settledHash } from '../trace/settled-hash.js'
import { contentHash } from '../util/canonical-json.js'
import type { NewArm } from './arm.js'
import { weightsOf } from './arm-variables.js'
import { hashesOf, nameAll, nameBatch } from './named-batch.js'

/** Hooks that run inside a step, or on weights. */
const TRACED = ['terms', 'gradients', 'weights', 'average'] as const

/**
 * Hash of the operations that hooks record for an arm; undefined where there are none, or it cannot be told. To be called within
 * `tf.tidy`.
 */
export function hookOperations(spec: NewArm, batch: DistillBatch, hooks: HookRunner): string | undefined {
  if (!TRACED.some((name) => hooks.has(name))) return undefined
  const info = { arm: spec.id, method: spec.method, seed: spec.seed }
  return settledHash((record) =>
    tf.tidy(() => {
      nameBatch(record, batch)
      return contentHash([
        termsHashes(record, { spec, info, batch, hooks }),
        gradientHashes(record, { spec, info, batch, hooks }),
        weightHashes(record, { spec, info, batch, hooks }),
      ])
    }),
  )
}

interface HookInput {
  readonly spec: NewArm
  readonly info: ArmInfo
  readonly batch: DistillBatch
  readonly hooks: HookRunner
}

function termsHashes(record: OperationRecord, { spec, info, batch, hooks }: HookInput): unknown {
  if (!hooks.has('terms')) return null
  const size = batch.labels.shape[0]
  const terms = Object.fromEntries(
    Object.keys(spec.objective.weights).map((name) => [name, tf.ones<tf.Rank.R1>([size])] as const),
  )
  nameAll(record, 'term', terms)
  return hashesOf(record, hooks.pipe('terms', terms, { ...info, batch }))
}

function gradientHashes(record: OperationRecord, { spec, info, batch, hooks }: HookInput): unknown {
  if (!hooks.has('gradients')) return null
  const trained = weightsOf(spec.model, 'student').filter((weight) => weight.trained)
  const gradients = standIns(record, 'gradient', trained)
  return inOrder(record, gradients, hooks.pipe('gradients', gradients, { ...info, scalars: batch.scalars }))
}

function weightHashes(record: OperationRecord, { spec, info, batch, hooks }: HookInput): unknown {
  if (!hooks.has('weights') && !hooks.has('average')) return null
  const named = weightsOf(spec.model, '').map(({ name, variable }) => ({ name: name.slice(1), variable }))
  const first = standIns(record, 'first', named)
  const initial = hooks.initial('weights', first, info)
  const before = statesHashes(record, first, initial)
  for (const [source, state] of Object.entries(initial))
    for (const [i, tensor] of Object.values(state).entries()) record.name(tensor, `state/${source}/${i}`)
  const weights = standIns(record, 'weight', named)
  const { step, progress } = batch.scalars
  // Both stand in every batch.
  const after = hooks.carry('weights', weights, initial, { ...info, step: step!, progress: progress! })
  const average = hooks.offer('average', initial, { ...info, weights })
  return [
    before,
    inOrder(record, weights, after.value),
    statesHashes(record, weights, after.states),
    average === undefined ? null : inOrder(record, weights, average),
  ]
}

/** Copies of weights, known by their places: tfjs may number the names of layers across the whole process. */
function standIns(
  record: OperationRecord,
  kind: string,
  weights: readonly { readonly name: string; readonly variable: tf.Variable }[],
): TensorRecord {
  return Object.fromEntries(
    weights.map(({ name, variable }, i) => {
      const copy = tf.clone<tf.Tensor>(variable)
      record.name(copy, `${kind}/${i}`)
      return [name, copy]
    }),
  )
}

/** Hashes of tensors in the order of the names that others have. */
function inOrder(record: OperationRecord, named: TensorRecord, tensors: TensorRecord): unknown {
  const names = Object.keys(named)
  return Object.entries(tensors).map(([name, tensor]) => [
    names.includes(name) ? names.indexOf(name) : name,
    record.hashOf(tensor),
  ])
}

const statesHashes = (
  record: OperationRecord,
  named: TensorRecord,
  states: Readonly<Record<string, TensorRecord>>,
): unknown => Object.entries(states).map(([source, state]) => [source, inOrder(record, named, state)])
