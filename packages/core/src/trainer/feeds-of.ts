import type { Feed, FeedContext } from '../contracts/objective.js'
import { describeValue } from '../errors/describe-value.js'
import { thrownText } from '../errors/thrown-text.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'
import type { NewArm } from './arm.js'

/**
 * What an arm's `feeds` draw for a step, checked. Throws UMBRA_TERMS for what are no feeds, and UMBRA_METHOD, with its cause, for
 * what the method threw.
 */
export function feedsOf({ method, objective }: NewArm, context: FeedContext): Readonly<Record<string, Feed>> {
  const { feeds } = objective
  if (feeds === undefined) return {}
  // Widened: a plugin may have ignored the types.
  const drawn: unknown = called(() => feeds(context), method)
  if (!isPlainObject(drawn)) throw refusal(`\`feeds\` of method "${method}"`, 'feeds by name', drawn)
  for (const [name, feed] of Object.entries(drawn)) checkFeed(feed, `feed "${name}" of method "${method}"`)
  return drawn as Readonly<Record<string, Feed>>
}

function called<T>(draw: () => T, method: string): T {
  try {
    return draw()
  } catch (cause) {
    if (cause instanceof UmbraError) throw cause
    throw new UmbraError('UMBRA_METHOD', {
      subject: `\`feeds\` of method "${method}" threw ${thrownText(cause)}`,
      cause,
    })
  }
}

function checkFeed(feed: unknown, subject: string): void {
  if (!isPlainObject(feed)) throw refusal(subject, 'a `shape` and its `data`', feed)
  const { shape, data } = feed
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0))
    throw refusal(subject, 'a `shape` of integers', shape)
  if (!(data instanceof Int32Array || data instanceof Float32Array))
    throw refusal(subject, '`data` in an Int32Array or a Float32Array', data)
  const size = shape.reduce<number>((all, n) => all * Number(n), 1)
  if (data.length !== size)
    throw new UmbraError('UMBRA_TERMS', {
      subject,
      expected: `${size} values, for its shape [${shape.join(', ')}]`,
      received: String(data.length),
    })
}

const refusal = (subject: string, expected: string, received: unknown): UmbraError =>
  new UmbraError('UMBRA_TERMS', { subject, expected, received: describeValue(received) })
