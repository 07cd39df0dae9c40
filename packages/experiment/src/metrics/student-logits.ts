import { decodeSafetensors } from '@umbra/core/files'
import { assignWeights } from '@umbra/core/trainer'
import type { Run } from '../execute/run.js'
import type { PlannedArm } from '../plan/planned-arm.js'
import { computeLogits } from '../teachers/compute-logits.js'

/**
 * Logits of a stored student on the test set, row-major `[samples, classes]`; `weights` are the bytes of its file. Throws
 * UMBRA_INTERRUPTED on abort, UMBRA_WEIGHTS_MISMATCH for weights of another model.
 */
export async function studentLogits(
  weights: Uint8Array,
  arm: PlannedArm,
  { experiment, runner, signal }: Run,
): Promise<Float32Array> {
  const source = `student of arm "${arm.id}"`
  const values = [...decodeSafetensors(weights, source)].map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  )
  const { model, aliases } = await runner.studentOf(arm)
  try {
    assignWeights(model, new Map(values), source)
    const normalisation = arm.pair.student.normalisation ?? experiment.dataset.normalisation
    const network = { model, aliases, label: arm.id, normalisation }
    return await computeLogits(network, experiment.dataset.test, { ...experiment, signal }, { frozen: false })
  } finally {
    model.dispose()
  }
}
