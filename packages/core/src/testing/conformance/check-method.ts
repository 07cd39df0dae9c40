import type { MethodDefinition } from '../../contracts/method.js'
import { tf } from '../../tf.js'
import { UmbraError } from '../../errors/umbra-error.js'
import { noParts } from '../no-parts.js'
import { checkBatchOrder, checkBatchSize, checkBatchSplit } from './checks/batch.js'
import { benchOf, type Check } from './checks/check.js'
import { checkDegenerate, checkFinite, checkPrecision } from './checks/extremes.js'
import { checkNegatives } from './checks/feeds.js'
import { checkGradients } from './checks/gradients.js'
import { checkIdentity, checkPull, checkShift } from './checks/logits.js'
import { checkOptions } from './checks/options.js'
import { checkPurity } from './checks/purity.js'
import { checkReach } from './checks/reach.js'
import { checkTeachers } from './checks/teachers.js'
import { checkTemperature } from './checks/temperature.js'
import { checkTerms } from './checks/terms.js'
import { type TrainingFindings, trainingFindings } from './checks/training.js'
import { checkWeights } from './checks/weights.js'
import { checkWrongClasses } from './checks/wrong-classes.js'
import { methodSubject, type SubjectOptions } from './method-subject.js'
import { type CheckName, judge, type Verdict } from './verdict.js'

const CHECKS: readonly (readonly [CheckName, Check])[] = [
  ['terms', checkTerms],
  ['finite', checkFinite],
  ['degenerate', checkDegenerate],
  ['precision', checkPrecision],
  ['purity', checkPurity],
  ['gradients', checkGradients],
  ['reach', checkReach],
  ['identity', checkIdentity],
  ['pull', checkPull],
  ['shift', checkShift],
  ['temperature', checkTemperature],
  ['weights', checkWeights],
  ['wrong-classes', checkWrongClasses],
  ['negatives', checkNegatives],
  ['batch-order', checkBatchOrder],
  ['batch-split', checkBatchSplit],
  ['batch-size', checkBatchSize],
  ['teachers', checkTeachers],
]

const TRAINING = ['teacher-untouched', 'variables', 'state', 'leaks', 'resume'] as const

export interface CheckMethodOptions extends Partial<SubjectOptions> {
  /** These checks alone; all where left out. */
  readonly only?: readonly CheckName[]
}

/**
 * Holds a method to the laws of distillation, given nothing but its definition: on toy networks and batches of the kit's
 * own, one verdict a check.
 *
 * Needs the cpu backend, whose arithmetic it can make double (`import '@tensorflow/tfjs-backend-cpu'`,
 * `await tf.setBackend('cpu')`). A check that throws has failed; what the method throws is in its sentence.
 */
export function checkMethod(method: MethodDefinition, options: CheckMethodOptions = {}): Verdict[] {
  requireCpu()
  const { only, ...subjectOptions } = options
  const selected = (check: CheckName): boolean => only?.includes(check) ?? true
  const name = `method "${method.id}"`
  const first = judge(name, 'options', () => checkOptions(method.options, subjectOptions.options ?? {}))
  if (first.status === 'failed') return [first]
  const subject = methodSubject(method, { parts: noParts, ...subjectOptions })
  try {
    const bench = benchOf(subject)
    let findings: TrainingFindings | undefined
    return [
      ...(selected('options') ? [first] : []),
      ...CHECKS.filter(([check]) => selected(check)).map(([check, action]) =>
        judge(name, check, () => action(bench)),
      ),
      ...TRAINING.filter(selected).map((check) =>
        judge(name, check, () => (findings ??= trainingFindings(subject))[check]),
      ),
    ]
  } finally {
    for (const networks of subject.networks) networks.dispose()
  }
}

function requireCpu(): void {
  if (tf.getBackend() === 'cpu') return
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'the conformance kit',
    expected: 'the cpu backend of TensorFlow.js, whose arithmetic it can make double',
    received: tf.getBackend() || 'none',
    remedy: 'Import @tensorflow/tfjs-backend-cpu and await tf.setBackend("cpu") first',
  })
}
