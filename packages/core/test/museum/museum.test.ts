import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkMethod } from '../../src/testing/conformance/check-method.js'
import { checkPart } from '../../src/testing/conformance/check-part.js'
import { MUSEUM } from './museum.js'
import { gap, project, promises, soundKd, withHint, withKd, wrong } from './piece.js'
import { tf } from '../../src/tf.js'

beforeAll(useCpuBackend)

describe('the museum', () => {
  it('has more than twenty pieces, each once', () => {
    expect(new Set(MUSEUM.map(({ definition }) => definition.id)).size).toBe(MUSEUM.length)
    expect(MUSEUM.length).toBeGreaterThanOrEqual(20)
  })

  it.each(MUSEUM.map((piece) => ({ ...piece, id: piece.definition.id })))(
    '$id is caught by "$caughtBy"',
    ({ definition, caughtBy, says }) => {
      const verdicts =
        definition.kind === 'method' ? checkMethod(definition, { only: [caughtBy] }) : checkPart(definition)
      const verdict = verdicts.find(({ check }) => check === caughtBy)
      expect(verdict).toMatchObject({ status: 'failed' })
      expect(verdict!.sentence).toMatch(says)
    },
  )
})

it.each([
  wrong('sound', 'What most pieces are but for their bug.', { laws: promises, objective: withKd(soundKd) }),
  wrong('sound-hint', 'A hint with a projector that is trained.', {
    objective: withHint((s, t, { kernel }) => gap(project(s, kernel!), t), {
      prepare: ({ student, teachers }) => {
        const [from, to] = [student, teachers[0]!].map(({ taps }) => taps.stage2!.at(-1)!)
        return { variables: { kernel: tf.truncatedNormal([1, 1, from!, to!], 0, 0.5, 'float32', 3) } }
      },
    }),
  }),
])('the $id method the pieces are made from has none of their bugs', (definition) => {
  const failures = checkMethod(definition).filter(({ status }) => status === 'failed')
  expect(failures).toEqual([])
})
