import type { DistillBatch } from '../contracts/objective.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { evaluateTerms } from '../objective/evaluate-terms.js'
import { tf } from '../tf.js'
import type { OperationRecord } from '../trace/record-operations.js'
import { settledHash } from '../trace/settled-hash.js'
import { contentHash } from '../util/canonical-json.js'
import { sha256Of } from '../util/sealed-json.js'
import type { NewArm } from './arm.js'
import { type ArmNetworks, type RehearsalSetting, armNetworks } from './arm-networks.js'
import { hookOperations } from './hook-operations.js'
import { hashesOf, nameAll, nameBatch } from './named-batch.js'
import { prepareObjective } from './prepare-objective.js'
import { standInBatch } from './stand-in-batch.js'

/** What an arm is recorded with. */
export interface RecordingSetting extends RehearsalSetting {
  /** Hooks to be recorded too. */
  readonly hooks?: HookRunner | undefined
}

/** What an arm does in a step, as hashes of the operations that it records; the same on every engine. */
export interface ArmOperations {
  /** Of `prepare`, `feeds` and `terms`, with the objective's weights; absent where it cannot be told. */
  readonly objective?: string | undefined
  /** Of the hooks `terms`, `gradients`, `weights` and `average`; absent where there are none, or it cannot be told. */
  readonly hooks?: string | undefined
}

/** Most examples in a recorded batch: operations are the same for more. */
const FEW = 4

/**
 * Records the operations of an arm's objective, and of hooks, without running a network. What does not show in source code does
 * here: numbers of a closure, a file, the environment. It cannot be told where values are read, where one call records something
 * else than the next, where something is thrown, or where the networks' outputs are too large. Disposes the arm's model.
 */
export function armOperations(spec: NewArm, { batch, ...setting }: RecordingSetting): ArmOperations {
  try {
    const few = recorded(spec, { ...setting, batch: Math.min(batch, FEW) })
    // Something in it may be made for the batch of the run.
    return few.objective === undefined && batch > FEW ? recorded(spec, { ...setting, batch }) : few
  } catch {
    return {}
  } finally {
    spec.model.dispose()
  }
}

function recorded(spec: NewArm, setting: RecordingSetting): ArmOperations {
  const networks = armNetworks(spec, setting)
  return tf.tidy(() => {
    const batch = standInBatch(spec, networks, setting.data.train)
    if (batch === undefined) return {}
    // Drawn before anything is recorded.
    const feeds = contentsOf(batch.feeds)
    return {
      objective: settledHash((record) => objectiveHash(record, spec, { networks, setting, batch, feeds })),
      hooks: setting.hooks && hookOperations(spec, batch, setting.hooks),
    }
  })
}

/** What feeds hold, by name. */
const contentsOf = (feeds: DistillBatch['feeds']): unknown =>
  Object.entries(feeds).map(([name, tensor]) => {
    const { buffer, byteOffset, byteLength } = tensor.dataSync()
    return [name, tensor.dtype, tensor.shape, sha256Of(new Uint8Array(buffer, byteOffset, byteLength))]
  })

interface Recorded {
  readonly networks: ArmNetworks
  readonly setting: RecordingSetting
  readonly batch: DistillBatch
  readonly feeds: unknown
}

function objectiveHash(
  record: OperationRecord,
  spec: NewArm,
  { networks, setting, batch, feeds }: Recorded,
): string {
  const { weights, scalars, labels, taps, peers } = spec.objective
  nameBatch(record, batch)
  return tf.tidy(() => {
    const models = { teachers: setting.teachers.map(({ model }) => model) }
    const prepared = prepareObjective(spec, networks.shapes, models)
    try {
      const before = {
        variables: hashesOf(record, prepared.variables),
        state: hashesOf(record, prepared.state),
      }
      nameAll(record, 'variable', prepared.variables)
      nameAll(record, 'state', prepared.state)
      const { terms, state = {} } = evaluateTerms(spec.objective, { ...batch, ...prepared, batch })
      const after = { terms: hashesOf(record, terms), state: hashesOf(record, state) }
      return contentHash([{ weights, scalars, labels, taps, peers }, feeds, before, after])
    } finally {
      // Variables outlive a tidy.
      tf.dispose([Object.values(prepared.variables), Object.values(prepared.state)])
    }
  })
}
