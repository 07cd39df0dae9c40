import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { UmbraError } from '../errors/umbra-error.js'
import { scheduledSchema } from '../recipe/schedule.js'
import { parseOptions } from './parse-options.js'

const schema = z.strictObject({
  temperature: z.number().positive().default(4),
  alpha: z.number().min(0).max(1).default(0.9),
  steps: z.int().min(1).default(3),
  kind: z.enum(['shared', 'learned']).default('shared'),
  layers: z.array(z.string()).min(1).default(['stage2']),
  weight: scheduledSchema.default(1),
  name: z
    .string()
    .regex(/^[a-z]+$/)
    .default('a'),
})

function errorOf(given: unknown, of: z.ZodType = schema): UmbraError {
  try {
    parseOptions(of, given, 'method "kd"')
  } catch (error) {
    if (error instanceof UmbraError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseOptions', () => {
  it('fills in defaults, also when nothing is given', () => {
    expect(parseOptions(schema, { alpha: 0.5 }, 'method "kd"')).toMatchObject({ temperature: 4, alpha: 0.5 })
    expect(parseOptions(schema, undefined, 'method "kd"')).toEqual(schema.parse({}))
  })

  it.each([
    [
      { temperature: -1 },
      'UMBRA_OPTION',
      'option "temperature" of method "kd": expected a number > 0, received -1.',
    ],
    [
      { alpha: 2 },
      'UMBRA_OPTION',
      'option "alpha" of method "kd": expected a number >= 0 and <= 1, received 2.',
    ],
    [
      { alpha: Number.NaN },
      'UMBRA_OPTION',
      'option "alpha" of method "kd": expected a number >= 0 and <= 1, received NaN.',
    ],
    [
      { steps: 1.5 },
      'UMBRA_OPTION',
      'option "steps" of method "kd": expected an integer >= 1, received 1.5.',
    ],
    [
      { kind: 'both' },
      'UMBRA_OPTION',
      'option "kind" of method "kd": expected one of "shared", "learned", received "both".',
    ],
    [
      { layers: 'stage2' },
      'UMBRA_OPTION',
      'option "layers" of method "kd": expected a list of texts with at least 1 entry, received "stage2".',
    ],
    [{ layers: ['a', 2] }, 'UMBRA_OPTION', 'option "layers[1]" of method "kd": expected text, received 2.'],
    [
      { name: 'A1' },
      'UMBRA_OPTION',
      'option "name" of method "kd": expected text matching /^[a-z]+$/, received "A1".',
    ],
    [
      { weight: 'high' },
      'UMBRA_OPTION',
      'option "weight" of method "kd": expected a number or a schedule, received "high".',
    ],
    [
      { weight: { kind: 'linear', from: 'a', to: 1 } },
      'UMBRA_OPTION',
      'option "weight.from" of method "kd": expected a number, received "a".',
    ],
    [
      { weight: { kind: 'cosin', from: 1, to: 0 } },
      'UMBRA_OPTION',
      'option "weight.kind" of method "kd": expected one of "constant", "multi-step", "cosine", "linear", "steps", "warm-up", "sum", "product", received "cosin".',
    ],
    [
      { temprature: 2 },
      'UMBRA_OPTION_UNKNOWN',
      'unknown option "temprature" of method "kd". Did you mean "temperature"? Known: alpha, kind, layers, name, steps, temperature, weight.',
    ],
    [
      { weight: { kind: 'linear', from: 1, to: 0, epoch: 3 } },
      'UMBRA_OPTION_UNKNOWN',
      'unknown option "weight.epoch" of method "kd". Did you mean "epochs"? Known: epochs, from, kind, to.',
    ],
    [[1, 2], 'UMBRA_OPTION', 'method "kd": expected an object, received [1,2].'],
    [null, 'UMBRA_OPTION', 'method "kd": expected an object, received null.'],
  ])('says what is wrong with %j', (given, code, message) => {
    const error = errorOf(given)
    expect([error.code, error.message]).toEqual([code, message])
  })

  it('collects problems of different kinds under one code', () => {
    const error = errorOf({ temperature: 0, tau: 1 })
    expect(error.code).toBe('UMBRA_PROBLEMS')
    expect(error.facts.problems).toHaveLength(2)
    expect(error.message.split('\n')).toEqual([
      'method "kd": 2 problems:',
      '  - option "temperature" of method "kd": expected a number > 0, received 0.',
      '  - unknown option "tau" of method "kd". Known: alpha, kind, layers, name, steps, temperature, weight.',
    ])
  })

  it('keeps the code of several problems of one kind', () => {
    expect(errorOf({ temperature: 0, alpha: 3 }).code).toBe('UMBRA_OPTION')
  })

  it('passes on the words of a refinement', () => {
    const pair = z
      .strictObject({ low: z.number().default(1), high: z.number().default(2) })
      .refine(({ low, high }) => low < high, { path: ['low'], error: 'It must be below "high"' })
    expect(errorOf({ low: 3 }, pair).message).toBe(
      'option "low" of method "kd": received 3. It must be below "high".',
    )
    const even = z.strictObject({
      n: z
        .int()
        .refine((n) => n % 2 === 0, 'expected an even number')
        .default(2),
    })
    expect(errorOf({ n: 3 }, even).message).toBe(
      'option "n" of method "kd": expected an even number, received 3.',
    )
  })

  it('takes other codes and another noun', () => {
    const wording = { noun: 'key', wrong: 'UMBRA_CONFIG', unknown: 'UMBRA_CONFIG' } as const
    expect(() => parseOptions(schema, { tau: 1 }, 'umbra.config.ts', wording)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_CONFIG',
        message: expect.stringMatching(/^unknown key "tau" of umbra.config.ts/) as string,
      }),
    )
  })

  it('shortens what was received', () => {
    expect(errorOf({ kind: 'x'.repeat(500) }).message.length).toBeLessThan(200)
    expect(errorOf({ temperature: Array.from({ length: 300 }, () => 1) }).message).toContain(
      'received a list of 300',
    )
  })

  it('does not follow __proto__', () => {
    const given: unknown = JSON.parse('{"__proto__": {"temperature": 2}}')
    expect(() => parseOptions(schema, given, 'method "kd"')).toThrow(UmbraError)
  })
})
