import type { ErrorCode } from './codes.js'
import { plainText } from './plain-text.js'

/** The facts an error message is made of. */
export interface ErrorFacts {
  /** What the error is about, in the user's own names: `option "temperature" of method "kd"`. */
  readonly subject: string
  /** What would have been right. */
  readonly expected?: string
  /** What was there instead. */
  readonly received?: string
  /** What to do about it. */
  readonly remedy?: string
  /** When one error stands for several: the message of each, one line apiece. */
  readonly problems?: readonly string[]
  readonly cause?: unknown
}

/**
 * The one error class of the project: a code, then subject, expected, received and remedy in one line. Texts in them may
 * come from files: control characters are spelled out, and long ones are shortened.
 * Every code has a paragraph in `docs/errors.md`.
 */
export class UmbraError extends Error {
  override readonly name = 'UmbraError'
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, facts: ErrorFacts) {
    const plain = plainFacts(facts)
    super(sentence(plain), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.facts = plain
  }
}

/** Longest subject and received value; what is expected and the remedy may list names. */
const LIMIT = 1000
const LIST_LIMIT = 4000
const MAX_PROBLEMS = 100

function plainFacts(facts: ErrorFacts): ErrorFacts {
  const { subject, expected, received, remedy, problems } = facts
  return {
    ...facts,
    subject: plainText(subject, LIMIT),
    ...(expected === undefined ? {} : { expected: plainText(expected, LIST_LIMIT) }),
    ...(received === undefined ? {} : { received: plainText(received, LIMIT) }),
    ...(remedy === undefined ? {} : { remedy: plainText(remedy, LIST_LIMIT) }),
    ...(problems === undefined ? {} : { problems: plainProblems(problems) }),
  }
}

/** Problems may have several lines, as those that stand for several themselves. */
function plainProblems(problems: readonly string[]): readonly string[] {
  const plain = problems.slice(0, MAX_PROBLEMS).map((problem) =>
    problem
      .split('\n', MAX_PROBLEMS)
      .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${plainText(line.trimStart(), LIST_LIMIT)}`)
      .join('\n'),
  )
  return problems.length > MAX_PROBLEMS ? [...plain, `and ${problems.length - MAX_PROBLEMS} more`] : plain
}

function sentence({ subject, expected, received, remedy, problems }: ErrorFacts): string {
  if (problems !== undefined)
    return [`${bare(subject)}:`, ...problems.map((line) => `  - ${line}`)].join('\n')
  const parts: string[] = []
  if (expected !== undefined) parts.push(`expected ${bare(expected)}`)
  if (received !== undefined) parts.push(`received ${bare(received)}`)
  const head = parts.length > 0 ? `${bare(subject)}: ${parts.join(', ')}` : subject
  return remedy === undefined ? stop(head) : `${stop(head)} ${stop(remedy)}`
}

/** Without full stops at its end: a fact may be another message. */
const bare = (text: string): string => text.trimEnd().replace(/(?<!\.)\.$/, '')

const stop = (text: string): string => (/[.!?…]$/.test(text.trimEnd()) ? text.trimEnd() : `${text}.`)
