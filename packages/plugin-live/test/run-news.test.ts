import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRunNews, type News } from '../src/watch/run-news.js'
import { pointLine, pointOf } from '../src/curves/point.js'
import { evaluated, started, step } from './events.js'
import { temporaryFolder } from './temporary.js'

const NOW = Date.UTC(2025, 0, 1)
const time = new Date(NOW).toISOString()

/** What is new in a folder, call by call, without the state of the run. */
function follow(runDir: string): () => News[] {
  const news = createRunNews(runDir, () => NOW)
  return () => news().filter(({ type }) => type !== 'run')
}
const said = (...texts: readonly string[]): News => ({
  type: 'events',
  items: texts.map((text) => ({ type: 'notice', time, text })),
})
const point = pointOf(step(1), NOW)

it('passes on what a run writes, leaves out what no run wrote, and says so', () => {
  const runDir = temporaryFolder()
  mkdirSync(join(runDir, 'metrics'))
  const events = [
    started(),
    evaluated('kd-s0', Number.NaN),
    { type: 'notice', text: 'x' },
    { type: 'plan', stages: [{ stage: 'seed-0', work: 1 }] },
    { type: 'arm-end', stage: 'seed-0', arm: 'kd-s0', hash: 'a', cached: false, failed: true },
    { type: 'arm-failed', stage: 'seed-0', arm: 'kd-s0', code: 'X', reason: 'y' },
    { type: 'arm-stopped', stage: 'seed-0', arm: 'kd-s0', epoch: 1, reason: 'y' },
    { type: 'stage-end', stage: 'seed-0', seconds: 1, cached: false },
  ]
  const lines = events.map((event) => JSON.stringify({ time, ...event }))
  const hostile = [
    ...['not JSON', 'null', '[]', '7', '{}', '{"type":7}', '['.repeat(100_000), '{"type":{"toString":1}}'],
    ...['{"type":"notice"}', '{"type":"notice","text":{"toString":1}}', '{"type":"plan","stages":[null]}'],
    '{"type":"evaluated","stage":"seed-0","arm":"kd-s0","epoch":0,"set":"test","result":{"top1":1e999}}',
    '{"type":"stage-start","stage":"seed-0","title":"x","arms":[{}],"steps":1,"done":0}',
  ]
  const other = ['{"type":"checkpoint","stage":"seed-0","step":2}', '{"type":"of-a-later-version"}']
  writeFileSync(join(runDir, 'events.jsonl'), `${[...hostile, ...lines, ...other].join('\n')}\n`)
  const steps = [
    pointLine(point),
    ...['{"stage":"seed-0","arms":{}}', pointLine(point).replace(/"kd-s0":\{|"ce-s0":\{/, '"x":null,$&')],
    pointLine(point).replace(/"terms":\{[^}]*\}/, '"terms":null'),
  ]
  writeFileSync(join(runDir, 'metrics', 'steps.jsonl'), `${steps.join('\n')}\n`)
  const news = follow(runDir)
  expect(news()).toEqual([
    { type: 'events', items: lines.map((line) => JSON.parse(line) as unknown) },
    { type: 'points', items: [JSON.parse(pointLine(point))] },
    said(
      `events.jsonl: ${hostile.length} lines are left out that no run wrote`,
      `${join('metrics', 'steps.jsonl')}: 3 lines are left out that no run wrote`,
    ),
  ])
  expect(news()).toEqual([])
  appendFileSync(join(runDir, 'events.jsonl'), '\0\n')
  expect(news()).toEqual([said('events.jsonl: 1 line is left out that no run wrote')])
})

it.skipIf(process.platform === 'win32')(
  'whatever stands in the place of a file is said once, and again when the page has forgotten it',
  () => {
    const runDir = temporaryFolder()
    const log = join(runDir, 'events.jsonl')
    const curves = join('metrics', 'steps.jsonl')
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'steps.jsonl'), `${pointLine(point)}\n`)
    symlinkSync(outside, join(runDir, 'metrics'))
    symlinkSync('circle', join(runDir, 'circle'))
    symlinkSync('circle', join(runDir, 'result.json'))
    execFileSync('mkfifo', [log])
    const news = follow(runDir)
    const linked = `${curves} is not read: its folder is a link`
    expect(news()).toEqual([said('events.jsonl is not read: it is a pipe', linked)])
    expect(news()).toEqual([])
    rmSync(log)
    writeFileSync(log, '{"type":"notice","text":"x"}\n')
    expect(news()).toEqual([{ type: 'events', items: [{ type: 'notice', text: 'x' }] }])
    rmSync(log)
    mkdirSync(log)
    expect(news()).toEqual([
      { type: 'reset', what: 'events' },
      said('events.jsonl is not read: it is a folder', linked),
    ])
    rmSync(join(runDir, 'metrics'))
    writeFileSync(join(runDir, 'metrics'), '')
    expect(news()).toEqual([])
  },
)
