import { createChart, onSchemeChange, styleOf } from './charts.js'
import { byId, element } from './dom.js'
import { duration, number, percent } from './format.js'
import {
  currentStage,
  curves,
  emptyState,
  evaluationCurves,
  evaluationsOf,
  fractionOf,
  lastResult,
  overall,
  setsOf,
  takeIn,
  termsOf,
} from './model.js'

/** @typedef {import('./model.js').Stage} Stage @typedef {import('./model.js').Pick} Pick */

const state = emptyState()
/** Stage selected by hand; otherwise the running one. @type {string | undefined} */
let selectedStage
let connected = false
let smoothing = 0
/** @type {Set<string>} */
const hidden = new Set()

/** The charts of the visible stage. */
let charts = { key: '', list: /** @type {{ draw: (stage: Stage) => void, remove: () => void }[]} */ ([]) }

function draw() {
  const stage = state.stages.get(selectedStage ?? '') ?? currentStage(state)
  byId('name').textContent = state.name
  document.title = `${progressOf(stage)}${state.name} – umbra watch`
  drawState()
  byId('empty').hidden = stage !== undefined
  byId('tools').hidden = stage === undefined || stage.points.length < 2
  drawStages(stage)
  drawProgress(stage)
  drawArms(stage)
  drawCharts(stage)
  drawNotices()
}

/** @param {Stage | undefined} stage */
const progressOf = (stage) => {
  const last = stage?.points.at(-1)
  return last === undefined || state.finished ? '' : `${Math.floor((100 * last.step) / last.steps)} % `
}

function drawState() {
  const { finished, quiet } = state
  const silent = quiet !== undefined && quiet >= 60
  const chip = byId('state')
  chip.textContent = !connected
    ? 'connection lost: is umbra watch still running?'
    : finished
      ? 'finished'
      : silent
        ? `no news for ${duration(quiet)}`
        : quiet === undefined
          ? 'waiting'
          : 'running'
  chip.className = `chip ${!connected || (silent && !finished) ? 'bad' : 'good'}`
}

/** @param {Stage | undefined} stage */
function drawStages(stage) {
  const names = [...state.stages.keys()]
  byId('stages').hidden = names.length < 2
  byId('stages').replaceChildren(
    ...[...state.stages.values()].map(({ name, state }) => {
      const button = element('button', '', state === 'done' || state === 'cached' ? `${name} ✓` : name)
      button.setAttribute('aria-current', String(name === stage?.name))
      button.addEventListener('click', () => {
        selectedStage = name
        draw()
      })
      return button
    }),
  )
}

/** @param {Stage | undefined} stage */
function drawProgress(stage) {
  const section = byId('progress')
  section.hidden = stage === undefined
  if (stage === undefined) return
  const last = stage.points.at(-1)
  const done = stage.state === 'done' || stage.state === 'cached'
  const step = last?.step ?? stage.done
  const steps = last?.steps ?? stage.steps
  const bar = element('progress', '')
  bar.max = 1
  bar.value = fractionOf(stage)
  bar.setAttribute('aria-label', `progress of ${stage.title}`)
  const facts = [fact('', stage.title)]
  if (stage.state === 'cached') facts.push(fact('', 'finished before, taken from its files'))
  else if (done) facts.push(fact('done in', duration(stage.seconds)))
  if (steps > 0) facts.push(fact('step', `${step}/${steps}`))
  if (last !== undefined) {
    facts.push(
      fact('epoch', `${Math.min(last.epochs, Math.floor((step / steps) * last.epochs) + 1)}/${last.epochs}`),
    )
    facts.push(fact('', `${number(last.imagesPerSecond, 3)} images/s`))
    if (!done) facts.push(fact('left in this stage', duration(last.secondsLeft)))
  }
  const all = overall(state)
  if (all !== undefined && !state.finished) {
    const left = all.secondsLeft === undefined ? '' : `, ${duration(all.secondsLeft)} left`
    facts.push(fact('whole run', `${percent(all.done, 0)}${left}`))
  }
  section.replaceChildren(bar, element('div', 'facts', ...facts))
}

/** @param {string} label @param {string} value */
const fact = (label, value) =>
  element('span', '', ...(label === '' ? [] : [`${label} `]), element('strong', '', value))

/** @param {Stage | undefined} stage */
function drawArms(stage) {
  const section = byId('arms')
  section.hidden = stage === undefined || stage.arms.length === 0
  if (stage === undefined) return
  const sets = setsOf(stage)
  const head = ['arm', 'loss', 'accuracy', ...sets.map((set) => `${set} top-1`)]
  const rows = stage.arms.flatMap((arm, i) => {
    const last = stage.points.findLast(({ arms }) => arms[arm] !== undefined)?.arms[arm]
    const swatch = element('span', 'swatch')
    const { stroke, dash } = styleOf(i)
    swatch.style.borderTopColor = stroke
    if (dash.length > 0) swatch.style.borderTopStyle = dash[0] === 2 ? 'dotted' : 'dashed'
    const button = element('button', '', swatch, element('span', '', arm))
    button.title = `${arm}: show or hide`
    button.setAttribute('aria-pressed', String(!hidden.has(arm)))
    button.addEventListener('click', () => {
      if (!hidden.delete(arm)) hidden.add(arm)
      draw()
    })
    const heading = element('th', '', button)
    heading.scope = 'row'
    const failed = stage.failed.get(arm)
    const row = element(
      'tr',
      '',
      heading,
      element('td', '', number(last?.loss)),
      element('td', '', percent(last?.accuracy)),
      ...sets.map((set) => element('td', '', percent(lastResult(stage, arm, set)))),
    )
    const ended = stage.ended.get(arm)
    if (failed === undefined && ended === undefined) return [row]
    const reason = element('td', failed === undefined ? 'note' : 'bad', failed ?? ended ?? '')
    reason.colSpan = head.length
    if (failed !== undefined) row.className = 'stopped'
    return [row, element('tr', '', reason)]
  })
  const table = element(
    'table',
    '',
    element('thead', '', element('tr', '', ...head.map((text) => element('th', '', text)))),
    element('tbody', '', ...rows),
  )
  replaceKeepingFocus(section, table)
}

/** Keeps the keyboard focus on its button across a redraw. @param {HTMLElement} section @param {HTMLElement} content */
function replaceKeepingFocus(section, content) {
  const focused = [...section.querySelectorAll('button')].findIndex((one) => one === document.activeElement)
  section.replaceChildren(content)
  if (focused >= 0) section.querySelectorAll('button')[focused]?.focus()
}

/** @param {Stage | undefined} stage */
function drawCharts(stage) {
  const terms = stage === undefined ? [] : termsOf(stage)
  const sets = stage === undefined ? [] : setsOf(stage)
  const key = JSON.stringify([stage?.name, stage?.arms, terms, sets, (stage?.points.length ?? 0) > 0])
  if (key !== charts.key) {
    for (const { remove } of charts.list) remove()
    charts = { key, list: stage === undefined ? [] : makeCharts(stage, terms, sets) }
  }
  if (stage !== undefined) for (const chart of charts.list) chart.draw(stage)
}

/** @param {Stage} stage @param {readonly string[]} terms @param {readonly string[]} sets */
function makeCharts(stage, terms, sets) {
  const { arms, points } = stage
  const parent = byId('charts')
  const training = (
    /** @type {string} */ title,
    /** @type {string} */ note,
    /** @type {'number' | 'percent'} */ kind,
    /** @type {Pick} */ pick,
  ) => {
    const chart = createChart(parent, { title, note, kind, points: false }, arms)
    return {
      draw: (/** @type {Stage} */ stage) => chart.show(curves(stage, arms, pick, smoothing), hidden),
      remove: chart.remove,
    }
  }
  const evaluation = (/** @type {string} */ set) => {
    const chart = createChart(
      parent,
      { title: `Top-1, ${set}`, note: 'by epoch', kind: 'percent', points: true },
      arms,
    )
    return {
      draw: (/** @type {Stage} */ stage) => chart.show(evaluationCurves(stage, arms, set), hidden),
      remove: chart.remove,
    }
  }
  // Arms trained in an earlier run have results but no curve.
  const curved = sets.filter((set) => arms.some((arm) => evaluationsOf(stage, arm, set).length > 0))
  if (points.length === 0) return curved.map(evaluation)
  return [
    training('Loss', 'nats, training batches by epoch', 'number', ({ loss }) => loss),
    training('Accuracy', 'training batches by epoch', 'percent', ({ accuracy }) => accuracy),
    ...curved.map(evaluation),
    ...terms.map((term) =>
      training(`Term ${term}`, 'nats, before its weight', 'number', (arm) => arm.terms[term]),
    ),
  ]
}

function drawNotices() {
  const { notices } = state
  byId('log').hidden = notices.length === 0
  byId('notices').replaceChildren(
    ...notices.toReversed().map(({ time, text }) => {
      const at = new Date(time)
      const shown = Number.isNaN(at.getTime()) ? '' : at.toLocaleTimeString()
      return element('li', '', element('time', '', shown), element('span', '', text))
    }),
  )
}

let due = false
/** Draws at most once per frame. */
function drawSoon() {
  if (due) return
  due = true
  requestAnimationFrame(() => {
    due = false
    draw()
  })
}

byId('smoothing').addEventListener('input', ({ target }) => {
  smoothing = Number(/** @type {HTMLInputElement} */ (target).value)
  drawSoon()
})
onSchemeChange(() => {
  charts.key = ''
  drawSoon()
})

const source = new EventSource('/events')
source.addEventListener('open', () => {
  // A new connection starts from the beginning.
  Object.assign(state, emptyState())
  connected = true
  drawSoon()
})
source.addEventListener('error', () => {
  connected = false
  drawSoon()
})
source.addEventListener('message', ({ data }) => {
  takeIn(state, JSON.parse(data))
  drawSoon()
})
