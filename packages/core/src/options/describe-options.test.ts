import { expect, it } from 'vitest'
import { z } from 'zod'
import { scheduledSchema } from '../schedules/schedule.js'
import { describeOptions } from './describe-options.js'

it('describes every option in the order of the schema', () => {
  const schema = z.strictObject({
    temperature: z.number().positive().describe('Softens both sides.').default(4),
    alpha: z.number().min(0).max(1).default(0.9).describe('Weight of the soft targets.'),
    steps: z.int().min(1),
    weight: scheduledSchema.default(1),
    kind: z.enum(['a', 'b']).default('a'),
    verbose: z.boolean().default(false),
    margin: z.number().lt(3).nullable().default(null),
    sizes: z.array(z.int().positive()).max(4).default([2]),
  })
  expect(describeOptions(schema)).toEqual([
    {
      name: 'temperature',
      type: 'number',
      range: '> 0',
      default: 4,
      description: 'Softens both sides.',
    },
    {
      name: 'alpha',
      type: 'number',
      range: '>= 0 and <= 1',
      default: 0.9,
      description: 'Weight of the soft targets.',
    },
    { name: 'steps', type: 'integer', range: '>= 1' },
    { name: 'weight', type: 'number or schedule', default: 1 },
    { name: 'kind', type: 'one of "a", "b"', default: 'a' },
    { name: 'verbose', type: 'true or false', default: false },
    { name: 'margin', type: 'number < 3 or null', default: null },
    { name: 'sizes', type: 'list of integers > 0', range: 'with at most 4 entries', default: [2] },
  ])
})

it('copes with what JSON schema cannot say', () => {
  const schema = z.strictObject({
    when: z.date().optional(),
    either: z.union([z.strictObject({ a: z.number() }), z.string()]).optional(),
    tagged: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('x') }),
        z.strictObject({ kind: z.literal('y'), n: z.number() }),
      ])
      .optional(),
  })
  expect(describeOptions(schema)).toEqual([
    { name: 'when', type: 'value' },
    { name: 'either', type: 'object or text' },
    { name: 'tagged', type: 'object with "kind" one of "x", "y"' },
  ])
})
