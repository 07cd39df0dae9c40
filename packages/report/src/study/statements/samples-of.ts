import type { SetName } from '../analysis-record.js'
import type { TeacherEvidence, TeacherSamples } from '../evidence.js'

/** The samples of a teacher on a set. Throws where it was not measured: statements use sets that every teacher has. */
export function samplesOf({ label, sets }: TeacherEvidence, set: SetName): TeacherSamples {
  const samples = sets[set]
  if (samples === undefined) throw new Error(`${label} was not measured on the ${set} images`)
  return samples
}
