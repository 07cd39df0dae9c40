import { evaluateTerms } from '../objective/evaluate-terms.js'
import { tf } from '../tf.js'
import type { NewArm } from './arm.js'
import { type RehearsalSetting, armNetworks } from './arm-networks.js'
import { checkClasses, checkLabels } from './check-arm.js'
import { prepareObjective } from './prepare-objective.js'
import { standInBatch } from './stand-in-batch.js'

/**
 * Finds out whether an arm can be trained, without running a network: its taps, labels and `prepare`, then its terms on random
 * outputs of the right shapes. Disposes the arm's model. Throws what `trainCohort` would stop the arm for.
 */
export function rehearseArm(spec: NewArm, setting: RehearsalSetting): void {
  const { model, method, objective } = spec
  const { data, teachers } = setting
  try {
    checkClasses(model.outputs[0]?.shape, data.classes, `student of method "${method}"`)
    checkLabels(spec, data.train)
    const networks = armNetworks(spec, setting)
    tf.tidy(() => {
      const models = { teachers: teachers.map((teacher) => teacher.model) }
      const prepared = prepareObjective(spec, networks.shapes, models)
      try {
        const batch = standInBatch(spec, networks, data.train)
        if (batch !== undefined) evaluateTerms(objective, { ...batch, ...prepared, batch })
      } finally {
        // Variables outlive a tidy.
        tf.dispose([Object.values(prepared.variables), Object.values(prepared.state)])
      }
    })
  } finally {
    model.dispose()
  }
}
