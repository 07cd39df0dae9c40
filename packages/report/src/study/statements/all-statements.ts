import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { affinity } from './affinity.js'
import { cure } from './cure.js'
import { distinctness } from './distinctness.js'
import { mismatch } from './mismatch.js'
import { orderKept } from './order-kept.js'
import { overConfidence } from './over-confidence.js'
import { riseAndFall } from './rise-and-fall.js'
import type { Statement } from './statement.js'
import { variancePredicts } from './variance-predicts.js'

/**
 * Every claim with what the study says about it, whatever the outcome. Uses the measures on the training images, which the
 * student learns from, if every teacher has them; else those on the test images.
 */
export function allStatements(evidence: StudyEvidence): readonly Statement[] {
  const set: SetName = evidence.teachers.every(({ sets }) => sets.train !== undefined) ? 'train' : 'test'
  return [
    distinctness(evidence, set),
    affinity(evidence, set),
    riseAndFall(evidence, set),
    variancePredicts(evidence, set),
    orderKept(evidence, set),
    overConfidence(evidence, set),
    mismatch(evidence),
    cure(evidence, 'calibration'),
    cure(evidence, 'enhancement'),
  ]
}
