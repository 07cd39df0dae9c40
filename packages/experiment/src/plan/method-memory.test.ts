import { expect, it } from 'vitest'
import { type Objective, UmbraError } from '@umbra/core'
import type { ComposedMethod } from '../config/compose-method.js'
import { configSchema } from '../config/experiment-config.js'
import { methodMemory } from './method-memory.js'

const config = configSchema.parse({
  ...{ dataset: { id: 'toy' }, student: { model: 'student' }, methods: ['plain', 'bank', 'vault'] },
  recipe: { batch: 10 },
})
/** `bank` keeps 8 bytes for each image and `vault` 80. */
const bytes: Readonly<Record<string, number>> = { bank: 8, vault: 80 }
const methods = {
  of: ({ id, label, options }: Pick<ComposedMethod, 'id' | 'label' | 'options'>): ComposedMethod => ({
    ...{
      id,
      label,
      options,
      parts: [],
      createAssistants: () => [],
      wrapStudent: (student) => student,
      wraps: false,
    },
    createObjective: (): Objective => ({
      weights: {},
      terms: () => ({ terms: {} }),
      ...(bytes[id] === undefined
        ? {}
        : { memory: ({ batch, samples }) => (bytes[id] ?? 0) * samples + 1000 * batch }),
    }),
  }),
}
const pair = {
  id: config.pairs[0]?.id ?? '',
  student: { model: { id: 'student', options: {} } },
  teachers: [],
}

it('is that of the method of a pair that needs most', () => {
  expect(methodMemory({ config, methods, samples: 100 }, 1e9)(pair)).toBe(18_000)
})

it('refuses what cannot fit, with both figures, before anything is trained', () => {
  const input = { config, methods, samples: 1_000_000_000 }
  expect(() => methodMemory(input, 9e9)).toThrow(
    expect.objectContaining({
      code: 'UMBRA_MEMORY',
      message: expect.stringMatching(
        /"vault" with 1000000000 .* about 80\.0 GB .*received 9\.0 GB/,
      ) as string,
    }),
  )
  try {
    methodMemory(input, 1e9)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(UmbraError)
    expect((error as UmbraError).facts.problems).toHaveLength(2)
  }
})
