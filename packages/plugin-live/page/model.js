/**
 * @typedef {{ loss: number | null, accuracy: number | null, terms: Record<string, number | null> }} ArmPoint
 * @typedef {{ time: number, stage: string, step: number, steps: number, epochs: number,
 *   imagesPerSecond: number | null, secondsLeft: number | null, arms: Record<string, ArmPoint> }} Point
 * @typedef {{ epoch: number, set: string, top1: number }} Evaluated
 * @typedef {{ name: string, title: string, arms: string[], steps: number, done: number,
 *   state: 'waiting' | 'running' | 'done' | 'cached', seconds: number, points: Point[],
 *   evaluations: Map<string, Map<string, Evaluated>>, failed: Map<string, string>, ended: Map<string, string>,
 *   results: Map<string, Map<string, number>> }} Stage
 * @typedef {{ stage: string, work: number }} Planned
 * @typedef {{ name: string, finished: boolean, quiet: number | undefined, stages: Map<string, Stage>,
 *   plan: Map<string, Planned>,
 *   notices: { time: string, text: string }[] }} State
 */

const NOTICES = 100

/** @returns {State} */
export const emptyState = () => ({
  name: '',
  finished: false,
  quiet: undefined,
  stages: new Map(),
  plan: new Map(),
  notices: [],
})

/**
 * Applies one message to the state; unknown messages are ignored.
 *
 * @param {State} state
 * @param {any} news
 */
export function takeIn(state, news) {
  if (news?.type === 'run') {
    state.name = String(news.name)
    state.finished = news.finished === true
    state.quiet = typeof news.quiet === 'number' ? news.quiet : undefined
  } else if (news?.type === 'reset') forget(state, news.what)
  else if (news?.type === 'events') for (const event of list(news.items)) takeEvent(state, event)
  else if (news?.type === 'points') for (const point of list(news.items)) takePoint(state, point)
}

/** @param {unknown} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : [])

/** @param {State} state @param {unknown} what */
function forget(state, what) {
  if (what === 'points') {
    for (const stage of state.stages.values()) stage.points = []
    return
  }
  const old = state.stages
  state.stages = new Map()
  state.plan = new Map()
  state.notices = []
  for (const { name, points } of old.values()) if (points.length > 0) stageOf(state, name).points = points
}

/** @param {State} state @param {string} name */
function stageOf(state, name) {
  const existing = state.stages.get(name)
  if (existing !== undefined) return existing
  /** @type {Stage} */
  const stage = {
    name,
    title: name,
    arms: [],
    steps: 0,
    done: 0,
    state: 'waiting',
    seconds: 0,
    points: [],
    evaluations: new Map(),
    failed: new Map(),
    ended: new Map(),
    results: new Map(),
  }
  state.stages.set(name, stage)
  return stage
}

/** @param {State} state @param {any} event */
function takeEvent(state, event) {
  if (event?.type === 'notice') {
    state.notices.push({ time: String(event.time ?? ''), text: String(event.text) })
    if (state.notices.length > NOTICES) state.notices.shift()
    return
  }
  if (event?.type === 'plan') {
    for (const planned of list(event.stages))
      if (typeof planned?.stage === 'string' && planned.work > 0)
        state.plan.set(planned.stage, { stage: planned.stage, work: planned.work })
    return
  }
  if (typeof event?.stage !== 'string') return
  const stage = stageOf(state, event.stage)
  if (event.type === 'stage-start') {
    stage.title = String(event.title)
    stage.steps = Number(event.steps)
    stage.done = Number(event.done)
    stage.state = 'running'
    for (const arm of list(event.arms)) addArm(stage, String(arm))
  } else if (event.type === 'evaluated' || event.type === 'average-evaluated') {
    const arm = addArm(stage, String(event.arm))
    const { epoch } = event
    const set = event.type === 'evaluated' ? event.set : averageOn(event.set)
    const evaluations = stage.evaluations.get(arm) ?? new Map()
    // A resumed run may evaluate an epoch again.
    evaluations.set(`${set} ${epoch}`, {
      epoch: Number(epoch) + 1,
      set: String(set),
      top1: Number(event.result?.top1),
    })
    stage.evaluations.set(arm, evaluations)
  } else if (event.type === 'arm-end') {
    const arm = addArm(stage, String(event.arm))
    const results = stage.results.get(arm) ?? new Map()
    for (const [set, result] of [
      ['test', event.final],
      [averageOn('test'), event.average],
    ])
      if (typeof result?.top1 === 'number') results.set(set, result.top1)
    stage.results.set(arm, results)
    // It may have failed in an earlier session.
    if (event.failed === false) stage.failed.delete(arm)
  } else if (event.type === 'arm-failed') {
    stage.failed.set(addArm(stage, String(event.arm)), `${event.code}: ${event.reason}`)
  } else if (event.type === 'arm-stopped') {
    const text = `ended after epoch ${Number(event.epoch) + 1}: ${event.reason}`
    stage.ended.set(addArm(stage, String(event.arm)), text)
  } else if (event.type === 'stage-end') {
    // A stage taken from its files keeps its original time.
    if (event.cached !== true) stage.seconds = Number(event.seconds)
    stage.state = event.cached === true && stage.points.length === 0 ? 'cached' : 'done'
  }
}

/** The set of the evaluations of an average kept beside the student. @param {unknown} set */
const averageOn = (set) => `${set} average`

/** Sets of which there are evaluations or results. @param {Stage} stage */
export const setsOf = (stage) =>
  ['validation', 'test']
    .flatMap((set) => [set, averageOn(set)])
    .filter((set) => stage.arms.some((arm) => lastResult(stage, arm, set) !== undefined))

/** @param {State} state @param {any} point */
function takePoint(state, point) {
  if (typeof point?.stage !== 'string' || typeof point.arms !== 'object' || point.arms === null) return
  if (Object.values(point.arms).some((arm) => typeof arm?.terms !== 'object' || arm.terms === null)) return
  const stage = stageOf(state, point.stage)
  for (const arm of Object.keys(point.arms)) addArm(stage, arm)
  stage.points.push(point)
}

/** @param {Stage} stage @param {string} arm */
function addArm(stage, arm) {
  if (!stage.arms.includes(arm)) stage.arms.push(arm)
  return arm
}

/** The running stage, or the last one. @param {State} state */
export function currentStage(state) {
  const stages = [...state.stages.values()]
  return stages.findLast(({ state }) => state === 'running') ?? stages.at(-1)
}

/** Fraction of a stage that is done, 0..1. @param {Stage | undefined} stage */
export function fractionOf(stage) {
  if (stage === undefined) return 0
  if (stage.state === 'done' || stage.state === 'cached') return 1
  const last = stage.points.at(-1)
  if (last !== undefined) return last.steps > 0 ? last.step / last.steps : 0
  return stage.steps > 0 ? stage.done / stage.steps : 0
}

/**
 * Part of the planned work that is done, and how long the rest takes at the pace of the stages that run now; undefined
 * where no plan of several stages was told.
 *
 * @param {State} state
 * @returns {{ done: number, secondsLeft: number | undefined } | undefined}
 */
export function overall({ plan, stages, finished }) {
  if (plan.size < 2) return undefined
  if (finished) return { done: 1, secondsLeft: 0 }
  let total = 0
  let left = 0
  let pace = 0
  for (const { stage: name, work } of plan.values()) {
    const stage = stages.get(name)
    const open = work * (1 - fractionOf(stage))
    total += work
    left += open
    const seconds = stage?.state === 'running' ? stage.points.at(-1)?.secondsLeft : undefined
    if (typeof seconds === 'number' && seconds > 0) pace += open / seconds
  }
  return { done: 1 - left / total, secondsLeft: pace > 0 ? left / pace : undefined }
}

/** Names of the terms of any arm, in order. @param {Stage} stage */
export const termsOf = ({ points }) => [
  ...new Set(
    points.flatMap(({ arms }) => Object.values(arms).flatMap((arm) => Object.keys(arm.terms ?? {}))),
  ),
]

/** The value of a point that a curve shows. @typedef {(arm: ArmPoint) => number | null | undefined} Pick */

/**
 * Epochs and one row of values an arm. `smoothing` 0..1 is the share of the past in an exponential mean.
 *
 * @param {Stage} stage
 * @param {readonly string[]} arms
 * @param {Pick} pick
 * @param {number} smoothing
 * @returns {(number | null)[][]}
 */
export function curves(stage, arms, pick, smoothing) {
  // The steps of arms added later come after those of the others.
  const points = stage.points.toSorted((a, b) => a.step - b.step)
  const epochs = points.map(({ step, steps, epochs }) => (step / steps) * epochs)
  const rows = arms.map((arm) => {
    /** @type {number | undefined} */
    let mean
    return points.map(({ arms }) => {
      const metrics = arms[arm]
      const value = metrics === undefined ? null : finite(pick(metrics))
      if (value === null) return null
      mean = mean === undefined ? value : smoothing * mean + (1 - smoothing) * value
      return mean
    })
  })
  return [epochs, ...rows]
}

/**
 * Epochs and the top-1 of each arm on one set.
 *
 * @param {Stage} stage
 * @param {readonly string[]} arms
 * @param {string} set
 * @returns {(number | null)[][]}
 */
export function evaluationCurves(stage, arms, set) {
  const perArm = arms.map((arm) => evaluationsOf(stage, arm, set))
  const epochs = [...new Set(perArm.flatMap((evaluations) => evaluations.map(({ epoch }) => epoch)))].sort(
    (a, b) => a - b,
  )
  return [
    epochs,
    ...perArm.map((evaluations) =>
      epochs.map((epoch) => finite(evaluations.find((one) => one.epoch === epoch)?.top1)),
    ),
  ]
}

/** @param {Stage} stage @param {string} arm @param {string} set */
export const evaluationsOf = (stage, arm, set) =>
  [...(stage.evaluations.get(arm)?.values() ?? [])].filter((one) => one.set === set)

/**
 * Top-1 of the last epoch there is, or what the arm's result says where it was trained before.
 *
 * @param {Stage} stage
 * @param {string} arm
 * @param {string} set
 */
export const lastResult = (stage, arm, set) =>
  evaluationsOf(stage, arm, set).sort((a, b) => b.epoch - a.epoch)[0]?.top1 ??
  stage.results.get(arm)?.get(set)

/** @param {unknown} value */
const finite = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
