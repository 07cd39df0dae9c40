import type { ErrorCode } from '../errors/codes.js'
import { describeTensor, describeValue, isTensor } from '../errors/describe-value.js'
import { nearest } from '../errors/nearest.js'
import { type ErrorFacts, UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'

/** How strict a record of tensors is compared with the one that it stands for. */
export interface TensorCheck {
  /** What one of them is called: `gradient`, `state`. */
  readonly noun: string
  /** Whether every name must be there. */
  readonly complete: boolean
  /** Code of what is thrown; UMBRA_HOOK when left out. */
  readonly code?: ErrorCode
  /** Whose they are, for messages; where it is left out the caller says so. */
  readonly of?: string
}

/**
 * Throws for the first thing in which a plugin's tensors differ from those they stand for: what is no record, a name that is not
 * among them, a missing name, what is no tensor, another shape or type.
 */
export function checkTensors(
  value: unknown,
  expected: Readonly<Record<string, unknown>>,
  check: TensorCheck,
): void {
  const { noun, complete, of } = check
  if (!isPlainObject(value))
    throw refusal(check, of === undefined ? 'what it returns' : `what ${of} returns`, {
      expected: `an object with one ${noun} for each name`,
      received: describeValue(value),
    })
  const subjectOf = (name: string): string => `${noun} "${name}"${of === undefined ? '' : ` of ${of}`}`
  for (const [name, tensor] of Object.entries(value)) {
    const before = expected[name]
    if (before === undefined) throw unknownName(check, name, Object.keys(expected))
    const wrong = wrongTensor(before, tensor)
    if (wrong !== undefined) throw refusal(check, subjectOf(name), wrong)
  }
  const missing = complete ? Object.keys(expected).find((name) => !(name in value)) : undefined
  if (missing !== undefined)
    throw refusal(check, subjectOf(missing), {
      expected: isTensor(expected[missing]) ? `a tensor ${describeTensor(expected[missing])}` : 'a tensor',
      received: 'nothing',
      remedy: 'Return every name, changed or not',
    })
}

type Facts = Omit<ErrorFacts, 'subject'>

const refusal = ({ code = 'UMBRA_HOOK' }: TensorCheck, subject: string, facts: Facts): UmbraError =>
  new UmbraError(code, { subject, ...facts })

function wrongTensor(before: unknown, tensor: unknown): Facts | undefined {
  const expected = isTensor(before) ? `a tensor ${describeTensor(before)}` : 'a tensor'
  if (!isTensor(tensor)) return { expected, received: describeValue(tensor) }
  if (tensor.isDisposed === true) return { expected, received: 'a tensor that is disposed' }
  if (isTensor(before) && describeTensor(before) !== describeTensor(tensor))
    return { expected, received: describeTensor(tensor) }
  return undefined
}

function unknownName(check: TensorCheck, name: string, names: readonly string[]): UmbraError {
  const near = nearest(name, names)
  return refusal(check, check.of === undefined ? check.noun : `${check.noun} of ${check.of}`, {
    expected: `a name among ${names.join(', ') || 'none'}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { remedy: `Did you mean "${near}"?` }),
  })
}
