import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { type PlannedStage, type RunEvent } from '@umbra/core'
import { compare, newRuns, toyComparison, trainedTeacher } from '../../test/toy-comparison.js'

beforeAll(useCpuBackend)

/** Two students, a teacher that is trained for both, and a method that trains an assistant for each seed. */
const pairs = ['narrow', 'wide'].map((id, i) => ({
  id,
  student: { model: { id: 'toy', options: { width: 2 + i } } },
  teachers: [trainedTeacher],
}))

it('announces every stage that runs, teachers and assistants included, by the name it runs under', async () => {
  const events: RunEvent[] = []
  await compare(
    toyComparison(
      newRuns(),
      { pairs, seeds: [0, 1], methods: ['plain', 'chain'] },
      { listen: (event) => void events.push(event) },
    ),
  )
  const [first] = events.flatMap((event) => (event.type === 'plan' ? [event.stages] : []))
  const planned = new Map(first!.map((stage): [string, PlannedStage] => [stage.stage, stage]))
  const started = events.flatMap((event) => (event.type === 'stage-start' ? [event] : []))
  expect([...planned.keys()].sort()).toEqual(
    [
      'teacher-toy',
      ...[0, 1].flatMap((seed) => [
        `assistant-narrow.chain-middle-s${seed}`,
        `narrow.seed-${seed}`,
        `wide.seed-${seed}`,
      ]),
    ].sort(),
  )
  // The assistants of both pairs are the same model: the second pair finds them trained.
  expect(started.map(({ stage }) => stage)).toEqual([
    'teacher-toy',
    ...['assistant-narrow.chain-middle-s0', 'narrow.seed-0'],
    ...['assistant-narrow.chain-middle-s1', 'narrow.seed-1'],
    ...['wide.seed-0', 'wide.seed-1'],
  ])
  for (const { stage, steps } of started) expect(planned.get(stage)).toMatchObject({ steps })
})
