import { describeValue } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { recipeSchema } from '../recipe/recipe.js'
import { canonicalJson } from '../util/canonical-json.js'
import { isPlainObject } from '../util/frozen-copy.js'
import { checkTensors } from '../tensor-ops/check-tensors.js'

/** Throws UMBRA_HOOK where a pipe returned what cannot stand for the value that it was given. */
export const PIPE_CHECKS = {
  terms: (value: unknown, before: Readonly<Record<string, unknown>>): void =>
    checkTensors(value, before, { noun: 'term', complete: true }),
  gradients: (value: unknown, before: Readonly<Record<string, unknown>>): void =>
    checkTensors(value, before, { noun: 'gradient', complete: true }),
  recipe: (value: unknown): void => checkRecipe(value),
} as const

function checkRecipe(value: unknown): void {
  const result = recipeSchema.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: 'a recipe, changed or not',
      received: isPlainObject(value)
        ? `"${issue?.path.join('.') ?? ''}" that is wrong (${issue?.message ?? ''})`
        : describeValue(value),
    })
  }
  // What is missing would silently get its default.
  const missing = missingPath(value, result.data)
  if (missing !== undefined)
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: 'a whole recipe',
      received: `one without "${missing}"`,
      remedy: 'Return { ...recipe, and what changes }',
    })
}

function missingPath(value: unknown, complete: unknown, path = ''): string | undefined {
  if (!isPlainObject(complete) || canonicalJson(value) === canonicalJson(complete)) return undefined
  if (!isPlainObject(value)) return path
  for (const [key, entry] of Object.entries(complete)) {
    const inner = path === '' ? key : `${path}.${key}`
    if (value[key] === undefined) return inner
    const missing = missingPath(value[key], entry, inner)
    if (missing !== undefined) return missing
  }
  return undefined
}

/** Returns a reason to stop, or undefined for none. Throws UMBRA_HOOK for anything else. */
export function checkReason(answer: unknown): string | undefined {
  if (answer === undefined || (typeof answer === 'string' && answer.trim() !== '')) return answer
  throw new UmbraError('UMBRA_HOOK', {
    subject: 'what it returns',
    expected: 'a reason to end the arm, or undefined to go on',
    received: describeValue(answer),
  })
}

/** Returns a copy of what a plugin wants in a checkpoint. Throws UMBRA_HOOK for the first thing in it that JSON does not keep. */
export function checkJson(value: unknown): unknown {
  const lost = lostIn(value, 'what it returns', [])
  if (lost !== undefined)
    throw new UmbraError('UMBRA_HOOK', {
      subject: lost.path,
      expected: 'what JSON keeps: objects, arrays, texts, finite numbers, true, false, null',
      received: lost.received,
    })
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
}

interface Lost {
  readonly path: string
  readonly received: string
}

function lostIn(value: unknown, path: string, outer: readonly unknown[]): Lost | undefined {
  // JSON leaves out what is undefined; read back, it is undefined again.
  if (value === undefined && !Array.isArray(outer.at(-1))) return undefined
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return undefined
  if (!Array.isArray(value) && !isPlainObject(value)) return { path, received: describeValue(value) }
  if (outer.includes(value)) return { path, received: 'an object that contains itself' }
  for (const [key, entry] of Object.entries(value)) {
    const lost = lostIn(entry, `${path}.${key}`, [...outer, value])
    if (lost !== undefined) return lost
  }
  return undefined
}
