import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeSafetensors } from '../../src/checkpoint/safetensors.js'
import { definePlugin } from '../../src/contracts/plugin.js'
import { assemble } from '../../src/registry/registry.js'
import { assertAllConform } from '../../src/testing/conformance/assert-conforms.js'
import { conformance } from '../../src/testing/conformance/conformance.js'
import { checkData } from '../../src/testing/conformance/kinds/check-data.js'
import { checkExecutor } from '../../src/testing/conformance/kinds/check-executor.js'
import { checkFormat } from '../../src/testing/conformance/kinds/check-format.js'
import { checkModel } from '../../src/testing/conformance/kinds/check-model.js'
import { checkMetric } from '../../src/testing/conformance/kinds/check-metric.js'
import { checkOptimiser } from '../../src/testing/conformance/kinds/check-optimiser.js'
import { checkSchedule } from '../../src/testing/conformance/kinds/check-schedule.js'
import { checkSink } from '../../src/testing/conformance/kinds/check-sink.js'
import type { CheckName, Verdict } from '../../src/testing/conformance/verdict.js'
import { tf } from '../../src/tf.js'
import { WRONG_DATA, dataSet, soundData } from './data-sets.js'
import { WRONG_EXECUTORS, soundExecutor } from './executors.js'
import { WRONG_FORMATS, soundFormat } from './formats.js'
import { WRONG_MODELS, soundModel } from './models.js'
import { WRONG_METRICS, soundMetric } from './metrics.js'
import { WRONG_OPTIMISERS, soundOptimiser } from './optimisers.js'
import { WRONG_SCHEDULES, soundSchedule } from './schedules.js'
import { WRONG_SINKS, soundSink } from './sinks.js'

let folder = ''
const tensors = [
  { name: 'kernel', shape: [2, 3], data: Float32Array.of(1, -2, 3, 4, 5, 6) },
  { name: 'bias', shape: [3], data: Float32Array.of(0.5, 0, 1) },
]
const files = () => [{ path: join(folder, 'known.weights'), tensors }]

beforeAll(async () => {
  await useCpuBackend()
  folder = await mkdtemp(join(tmpdir(), 'umbra-museum-'))
  const stored = new Map(tensors.map(({ name, ...rest }) => [name, { dtype: 'float32' as const, ...rest }]))
  await writeFile(join(folder, 'known.weights'), encodeSafetensors(stored))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The check of the exhibit fails with its words, and no other fails before it or in its place. */
function expectCaught(verdicts: readonly Verdict[], check: CheckName, says: RegExp): void {
  const wrong = verdicts.filter(({ status }) => status === 'failed')
  expect(wrong.map((verdict) => verdict.check)).toEqual([check])
  expect(wrong[0]?.sentence).toMatch(says)
}

const { lookup } = assemble([]).recipes

const named = <D extends { readonly id: string }>(pieces: readonly (readonly [CheckName, RegExp, D])[]) =>
  pieces.map(([check, says, definition]) => ({ id: definition.id, check, says, definition }))

describe('wrong data sets, models, optimisers, schedules, metrics, formats, sinks and executors are caught, each by its check alone', () => {
  it.each(named(WRONG_DATA.map(([check, says, make]) => [check, says, make()] as const)))(
    'data set $id by "$check"',
    async ({ check, says, definition }) => expectCaught(await checkData(definition), check, says),
  )
  it.each(named(WRONG_MODELS))('model $id by "$check"', ({ check, says, definition }) => {
    expectCaught(checkModel(definition), check, says)
  })
  it.each(named(WRONG_OPTIMISERS))('optimiser $id by "$check"', ({ check, says, definition }) => {
    expectCaught(checkOptimiser(definition, {}, lookup), check, says)
  })
  it.each(named(WRONG_METRICS))('metric $id by "$check"', ({ check, says, definition }) => {
    expectCaught(checkMetric(definition), check, says)
  })
  it.each(named(WRONG_SCHEDULES))('schedule $id by "$check"', ({ check, says, definition }) => {
    expectCaught(checkSchedule(definition), check, says)
  })
  it.each(named(WRONG_FORMATS))('format $id by "$check"', async ({ check, says, definition }) =>
    expectCaught(await checkFormat(definition, files()), check, says),
  )
  it.each(named(WRONG_SINKS))('sink $id by "$check"', async ({ check, says, definition }) =>
    expectCaught(await checkSink(definition), check, says),
  )
  it.each(named(WRONG_EXECUTORS))('executor $id by "$check"', async ({ check, says, definition }) =>
    expectCaught(await checkExecutor(definition), check, says),
  )
})

const plugin = definePlugin({
  ...{ name: 'sound', version: '1.0.0', contract: 1 },
  provides: [
    dataSet('toy', soundData),
    soundModel,
    soundOptimiser,
    soundSchedule,
    soundMetric,
    soundFormat,
    soundSink,
    soundExecutor,
  ],
})

it('passes sound ones, with every check made, and leaves no tensor', async () => {
  const before = tf.memory().numTensors
  const verdicts = await assertAllConform(plugin, { files: { sound: files() } })
  expect(verdicts.map(({ status }) => status)).not.toContain('not applicable')
  expect(tf.memory().numTensors).toBe(before)
  const made = new Set(verdicts.map(({ subject, check }) => `${subject.split(' ')[0] ?? ''} ${check}`))
  const shown = [
    ...WRONG_DATA.map(([check]) => `dataset ${check}`),
    ...WRONG_MODELS.map(([check]) => `model ${check}`),
    ...WRONG_OPTIMISERS.map(([check]) => `optimiser ${check}`),
    ...WRONG_METRICS.map(([check]) => `metric ${check}`),
    ...WRONG_SCHEDULES.map(([check]) => `schedule ${check}`),
    ...WRONG_FORMATS.map(([check]) => `format ${check}`),
    ...WRONG_SINKS.map(([check]) => `sink ${check}`),
    ...WRONG_EXECUTORS.map(([check]) => `executor ${check}`),
  ]
  expect([...made].sort()).toEqual([...new Set(shown)].sort())
})

it('does not say that what it has not checked conforms', () => {
  const later = conformance(plugin).filter(
    ({ subject }) => !/^(?:metric|model|optimiser|schedule)/.test(subject),
  )
  expect(later).toHaveLength(4)
  for (const { status, sentence } of later)
    expect([status, sentence]).toEqual(['not applicable', expect.stringContaining('assertAllConform')])
})
