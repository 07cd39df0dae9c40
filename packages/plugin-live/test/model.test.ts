import { expect, it } from 'vitest'
import {
  currentStage,
  curves,
  emptyState,
  evaluationCurves,
  lastResult,
  overall,
  setsOf,
  takeIn,
  termsOf,
  type Stage,
  type State,
} from '../page/model.js'
import { evaluated, started, step } from './events.js'

const told = (...news: readonly unknown[]): State => {
  const state = emptyState()
  for (const item of news) takeIn(state, item)
  return state
}
const stageIn = (state: State): Stage => state.stages.get('seed-0')!
const points = (...steps: readonly ReturnType<typeof step>[]) => ({
  type: 'points',
  items: steps.map(({ metrics, ...rest }) => ({ ...rest, arms: metrics })),
})
const events = (...items: readonly unknown[]) => ({ type: 'events', items })

it('curves over epochs, one row an arm, a gap where an arm has no number', () => {
  const state = told(
    events(started()),
    points(
      step(5, { 'ce-s0': 0.5, 'kd-s0': 1 }),
      step(10, { 'ce-s0': NaN, 'kd-s0': 0.5 }),
      step(20, { 'kd-s0': 0 }),
    ),
  )
  const stage = stageIn(state)
  expect(stage.arms).toEqual(['ce-s0', 'kd-s0'])
  expect(curves(stage, stage.arms, ({ loss }) => loss, 0)).toEqual([
    [0.5, 1, 2],
    [0.5, null, null],
    [1, 0.5, 0],
  ])
  expect(curves(stage, ['kd-s0'], ({ loss }) => loss, 0.5)[1]).toEqual([1, 0.75, 0.375])
  expect(termsOf(stage)).toEqual(['ce'])
})

it('evaluations by set and epoch; one that is made again after a resume counts once', () => {
  const state = told(
    events(
      started(),
      evaluated('ce-s0', 0.5),
      evaluated('ce-s0', 0.5),
      evaluated('kd-s0', 0.75, 'validation'),
    ),
  )
  expect(evaluationCurves(stageIn(state), ['ce-s0', 'kd-s0'], 'test')).toEqual([[1], [0.5], [null]])
  expect(evaluationCurves(stageIn(state), ['ce-s0', 'kd-s0'], 'validation')).toEqual([[1], [null], [0.75]])
})

it('stages: waiting, running, done, taken from files, gone on with', () => {
  const end = (cached: boolean) => ({ type: 'stage-end', stage: 'seed-0', seconds: cached ? 0 : 7, cached })
  expect(stageIn(told(events(started()))).state).toBe('running')
  expect(stageIn(told(events(end(true)))).state).toBe('cached')
  const done = told(events(started(), end(false)), points(step(100)), events(end(true)))
  expect(stageIn(done)).toMatchObject({ state: 'done', seconds: 7 })
  takeIn(
    done,
    events(started(0, 'seed-1'), { type: 'stage-end', stage: 'teacher', seconds: 0, cached: true }),
  )
  expect(currentStage(done)?.name).toBe('seed-1')
})

it('what was told before is forgotten on a reset, the other kind is kept', () => {
  const state = told(events(started(), evaluated('ce-s0', 0.5)), points(step(10)))
  takeIn(state, { type: 'reset', what: 'points' })
  expect(stageIn(state)).toMatchObject({ points: [], title: 'seed-0' })
  takeIn(state, points(step(10)))
  takeIn(state, { type: 'reset', what: 'events' })
  expect(stageIn(state).evaluations.size).toBe(0)
  expect(stageIn(state).points).toHaveLength(1)
})

it('the whole run, by the work that was planned and the pace of what runs', () => {
  const plan = (...stages: readonly [string, number][]) => ({
    type: 'plan',
    stages: stages.map(([stage, work]) => ({ stage, work, title: stage, arms: [], epochs: 1, steps: 1 })),
  })
  expect(overall(told(events(plan(['seed-0', 10]))))).toBeUndefined()
  const state = told(events(plan(['seed-0', 10], ['seed-1', 30]), started()))
  expect(overall(state)).toEqual({ done: 0, secondsLeft: undefined })
  // Half of the first stage is left, which takes 50 s; seven times as much is to come.
  takeIn(state, points(step(50)))
  expect(overall(state)).toEqual({ done: 0.125, secondsLeft: 350 })
  takeIn(state, { type: 'run', name: 'x', finished: true })
  expect(overall(state)).toEqual({ done: 1, secondsLeft: 0 })
})

it('the result of an arm: of its last epoch, or of its files', () => {
  const again = { ...evaluated('ce-s0', 0.75), epoch: 3 }
  const final = { top1: 0.5, top5: 1, loss: 1, samples: 10 }
  const state = told(
    events(started(), again, evaluated('ce-s0', 0.5), {
      type: 'arm-end',
      stage: 'seed-0',
      arm: 'kd-s0',
      final,
    }),
  )
  expect(lastResult(stageIn(state), 'ce-s0', 'test')).toBe(0.75)
  expect(lastResult(stageIn(state), 'kd-s0', 'test')).toBe(0.5)
  expect(lastResult(stageIn(state), 'kd-s0', 'validation')).toBeUndefined()
})

it('passes over what it does not understand', () => {
  const state = told(
    null,
    { type: 'weather' },
    events(null, 7, { type: 'worker-lost' }, { type: 'paused', stage: 'seed-0' }),
    { type: 'points', items: [null, { stage: 1 }, { stage: 'seed-0' }, { stage: 'seed-0', arms: null }] },
    { type: 'points', items: [{ stage: 'seed-0', arms: { 'kd-s0': null } }] },
    { type: 'points', items: [{ stage: 'seed-0', arms: { 'kd-s0': { loss: 1, terms: null } } }] },
    events({ type: 'arm-failed', stage: 'seed-0', arm: '<script>', code: 'X', reason: 'y' }),
  )
  expect(stageIn(state).points).toEqual([])
  expect(stageIn(state).failed).toEqual(new Map([['<script>', 'X: y']]))
})

it('averages are sets of their own, and an arm that a hook stopped says why', () => {
  const average = (set: string, top1: number) => ({
    ...evaluated('ce-s0', top1, set as 'test'),
    type: 'average-evaluated',
  })
  const state = told(
    events(started(), evaluated('ce-s0', 0.5, 'validation'), average('validation', 0.625), {
      type: 'arm-stopped',
      stage: 'seed-0',
      arm: 'ce-s0',
      epoch: 2,
      reason: 'enough',
    }),
  )
  const stage = stageIn(state)
  expect(setsOf(stage)).toEqual(['validation', 'validation average'])
  expect(evaluationCurves(stage, ['ce-s0'], 'validation')).toEqual([[1], [0.5]])
  expect(evaluationCurves(stage, ['ce-s0'], 'validation average')).toEqual([[1], [0.625]])
  expect([...stage.ended]).toEqual([['ce-s0', 'ended after epoch 3: enough']])
  expect(stage.failed.size).toBe(0)
  const end = {
    type: 'arm-end',
    stage: 'seed-0',
    arm: 'kd-s0',
    final: { top1: 0.25 },
    average: { top1: 0.75 },
  }
  takeIn(state, events(end))
  expect([lastResult(stage, 'kd-s0', 'test'), lastResult(stage, 'kd-s0', 'test average')]).toEqual([
    0.25, 0.75,
  ])
  expect(setsOf(stage)).toEqual(['validation', 'validation average', 'test', 'test average'])
})

it('an arm that failed in an earlier session and is trained again has not failed', () => {
  const of = { stage: 'seed-0', arm: 'ce-s0' }
  const failed = { ...of, type: 'arm-failed', code: 'UMBRA_METHOD', reason: 'no' }
  const state = told(events(started(), failed, { ...of, type: 'arm-end', failed: true }))
  expect(stageIn(state).failed.get('ce-s0')).toBe('UMBRA_METHOD: no')
  takeIn(state, events({ ...of, type: 'arm-end', failed: false, final: { top1: 0.5 } }))
  expect(stageIn(state).failed.size).toBe(0)
})
