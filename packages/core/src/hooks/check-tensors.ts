import { describeTensor, describeValue, isTensor } from '../errors/describe-value.js'
import { nearest } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'

/** How strict a record of tensors is compared with the one that it stands for. */
export interface TensorCheck {
  /** What one of them is called: `gradient`, `state`. */
  readonly noun: string
  /** Whether every name must be there. */
  readonly complete: boolean
}

/**
 * Throws UMBRA_HOOK for the first thing in which a hook's tensors differ from those they stand for: what is no record, a
 * name that is not among them, a missing name, what is no tensor, another shape or type.
 */
export function checkTensors(
  value: unknown,
  expected: Readonly<Record<string, unknown>>,
  { noun, complete }: TensorCheck,
): void {
  if (!isPlainObject(value))
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: `an object with one ${noun} for each name`,
      received: describeValue(value),
    })
  for (const [name, tensor] of Object.entries(value)) {
    const before = expected[name]
    if (before === undefined) throw unknownName(noun, name, Object.keys(expected))
    checkTensor(`${noun} "${name}"`, before, tensor)
  }
  const missing = complete ? Object.keys(expected).find((name) => !(name in value)) : undefined
  if (missing !== undefined)
    throw new UmbraError('UMBRA_HOOK', {
      subject: `${noun} "${missing}"`,
      expected: isTensor(expected[missing]) ? `a tensor ${describeTensor(expected[missing])}` : 'a tensor',
      received: 'nothing',
      remedy: 'Return every name, changed or not',
    })
}

function checkTensor(subject: string, before: unknown, tensor: unknown): void {
  const expected = isTensor(before) ? `a tensor ${describeTensor(before)}` : 'a tensor'
  if (!isTensor(tensor))
    throw new UmbraError('UMBRA_HOOK', { subject, expected, received: describeValue(tensor) })
  if (tensor.isDisposed === true)
    throw new UmbraError('UMBRA_HOOK', { subject, expected, received: 'a tensor that is disposed' })
  if (isTensor(before) && describeTensor(before) !== describeTensor(tensor))
    throw new UmbraError('UMBRA_HOOK', { subject, expected, received: describeTensor(tensor) })
}

function unknownName(noun: string, name: string, names: readonly string[]): UmbraError {
  const near = nearest(name, names)
  return new UmbraError('UMBRA_HOOK', {
    subject: noun,
    expected: `a name among ${names.join(', ') || 'none'}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { remedy: `Did you mean "${near}"?` }),
  })
}
