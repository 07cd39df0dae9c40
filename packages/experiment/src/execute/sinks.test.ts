import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { type Plugin, type RunEvent, type SinkContext, definePlugin, defineSink, z } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { eagerEngine } from '@umbra/core/testing'
import { type ComparisonInput, compare } from '../../test/toy-comparison.js'
import { toyPlugin } from '../../test/toy-plugin.js'
import { configSchema, type UmbraConfig } from '../config/experiment-config.js'

beforeAll(useCpuBackend)

interface Opened {
  readonly context: SinkContext
  readonly options: unknown
  readonly events: string[]
}

/** Two sinks, the first of them on by default; what they were told is in `opened` by id. */
function sinkPlugin(opened: Record<string, Opened[]>): Plugin {
  const recorder = (id: string, byDefault: boolean) =>
    defineSink({
      id,
      summary: 'Remembers.',
      byDefault,
      options: z.strictObject({ failAt: z.string().default('') }),
      open: (context, options) => {
        const events: string[] = []
        ;(opened[id] ??= []).push({ context, options, events })
        return {
          event: ({ type }) => {
            events.push(type)
            if (type === options.failAt) throw new Error(`no more after ${type}`)
          },
          close: () => void events.push('close'),
        }
      },
    })
  return definePlugin({
    name: 'sinks',
    version: '1.0.0',
    contract: 1,
    provides: [recorder('quiet', true), recorder('other', false)],
  })
}

function input(
  plugin: Plugin,
  sinks?: UmbraConfig['sinks'],
  rest: Partial<ComparisonInput> = {},
): ComparisonInput {
  const runs = mkdtempSync(join(tmpdir(), 'umbra-sinks-'))
  return {
    config: configSchema.parse({
      dataset: { id: 'toy' },
      student: { model: 'toy' },
      methods: ['plain'],
      seeds: [0],
      recipe: { epochs: 1, batch: 10 },
      runs,
      ...(sinks === undefined ? {} : { sinks }),
    }),
    registry: assemble([toyPlugin, plugin]),
    engine: eagerEngine(),
    baseDir: runs,
    cacheDir: runs,
    resume: false,
    overwrite: false,
    command: 'compare',
    signal: new AbortController().signal,
    listen: () => undefined,
    ...rest,
  }
}

it('opens the sinks that are on by default, tells them what the listener is told, and closes them', async () => {
  const opened: Record<string, Opened[]> = {}
  const heard: string[] = []
  const { runDir } = await compare(
    input(sinkPlugin(opened), undefined, { listen: ({ type }) => heard.push(type) }),
  )
  expect(Object.keys(opened)).toEqual(['quiet'])
  const { context, events } = opened.quiet![0]!
  expect(events).toEqual([...heard, 'close'])
  expect(events).toEqual(expect.arrayContaining(['stage-start', 'step', 'evaluated', 'stage-end']))
  expect(context).toMatchObject({ runDir, resumed: false, config: { seeds: [0], student: {} } })
})

it('opens none for an empty list; options are checked before anything runs', async () => {
  const opened: Record<string, Opened[]> = {}
  await compare(input(sinkPlugin(opened), []))
  expect(opened).toEqual({})
  const wrong = input(sinkPlugin(opened), ['quite', { id: 'other', options: { fail: 1 } }])
  await expect(compare(wrong)).rejects.toThrow(/unknown sink "quite"[^]*"quiet"[^]*"fail"[^]*sink "other"/)
  expect(readdirSync(wrong.config.runs)).toEqual([])
  expect(opened).toEqual({})
})

it('a sink that fails is reported once and costs the run nothing; other sinks do not make another run of it', async () => {
  const opened: Record<string, Opened[]> = {}
  const heard: RunEvent[] = []
  const failing = input(sinkPlugin(opened), ['quiet', { id: 'other', options: { failAt: 'step' } }], {
    listen: (event) => heard.push(event),
  })
  const { runDir, record } = await compare(failing)
  expect(record.pairs[0]!.methods[0]!.arms[0]!.final!.top1).toBeGreaterThanOrEqual(0)
  const notices = heard.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
  expect(notices.filter((text) => text.includes('sink'))).toEqual([
    'sink "other" (plugin "sinks") failed and was dropped: event "step" threw Error: no more after step',
  ])
  expect(readFileSync(join(runDir, 'events.jsonl'), 'utf8')).toContain('no more after step')
  expect(opened.quiet![0]!.events.at(-1)).toBe('close')
  expect(opened.other![0]!.events.filter((type) => type === 'step')).toHaveLength(1)

  // Other sinks: the same run folder, nothing trained again.
  const again = { ...failing, config: { ...failing.config, sinks: undefined }, resume: true }
  expect((await compare({ ...again })).runDir).toBe(runDir)
  expect(opened.quiet![1]!.context.resumed).toBe(true)
  expect(opened.quiet![1]!.events).not.toContain('step')
})

it('closes the sinks of a run that cannot go on', async () => {
  const opened: Record<string, Opened[]> = {}
  const controller = new AbortController()
  const stopped = input(sinkPlugin(opened), undefined, {
    signal: controller.signal,
    listen: ({ type }) => {
      if (type === 'stage-start') controller.abort()
    },
  })
  await expect(compare(stopped)).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
  expect(opened.quiet![0]!.events.at(-1)).toBe('close')
})
