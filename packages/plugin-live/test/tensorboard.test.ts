import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { armFolder } from '../src/tensorboard/arm-folder.js'
import { createTensorboard } from '../src/tensorboard/tensorboard.js'
import { evaluated, started, step } from './events.js'
import { type ReadEvent, readEventFile } from './read-event-file.js'
import { temporaryFolder } from './temporary.js'

const clock = (): number => 1_700_000_000_500
const filesOf = (folder: string): ReadEvent[][] =>
  readdirSync(folder)
    .sort()
    .map((name) => readEventFile(readFileSync(join(folder, name))))

it('writes a file an arm with the scalars of steps and evaluations', async () => {
  const folder = temporaryFolder()
  const sink = createTensorboard(folder, clock)
  const events = [
    started(),
    step(10, { 'ce-s0': 0.5, 'kd-s0': 0.75 }),
    evaluated('kd-s0', 0.5),
    evaluated('kd-s0', 0.625, 'validation'),
    step(200, { 'kd-s0': NaN }),
  ]
  for (const event of events) await sink.event(event)
  expect(readdirSync(folder).sort()).toEqual(['ce-s0', 'kd-s0'])
  const [name] = readdirSync(join(folder, 'kd-s0'))
  expect(name).toMatch(/^events\.out\.tfevents\.1700000000\./)
  const time = 1_700_000_000.5
  const rest = { 'speed/images_per_second': 640, 'train/learning_rate': 0.125 }
  expect(filesOf(join(folder, 'kd-s0'))).toEqual([
    [
      { time, step: 0, version: 'brain.Event:2', scalars: {} },
      { time, step: 1, sessionStart: true, scalars: {} },
      {
        time,
        step: 10,
        scalars: { 'train/loss': 0.75, 'train/accuracy': 0.25, 'terms/ce': 0.375, ...rest },
      },
      { time, step: 10, scalars: { 'test/top1': 0.5, 'test/top5': 0.875, 'test/loss': 0.25 } },
      {
        time,
        step: 10,
        scalars: { 'validation/top1': 0.625, 'validation/top5': 0.875, 'validation/loss': 0.25 },
      },
      { time, step: 200, scalars: { 'train/loss': NaN, 'train/accuracy': NaN, 'terms/ce': NaN, ...rest } },
    ],
  ])
})

it('goes on in a new file that takes back what came after the checkpoint', async () => {
  const folder = temporaryFolder()
  const first = createTensorboard(folder, clock)
  for (const event of [started(), step(10), step(20)]) await first.event(event)
  const [old] = readdirSync(join(folder, 'ce-s0'))
  // Killed in the middle of a record.
  const path = join(folder, 'ce-s0', old!)
  const before = readFileSync(path).subarray(0, -5)
  writeFileSync(path, before)

  const second = createTensorboard(folder, clock)
  for (const event of [started(10), step(15), step(20)]) await second.event(event)
  expect(readFileSync(path).equals(before)).toBe(true)
  const names = readdirSync(join(folder, 'ce-s0')).sort()
  expect(names[0]).toBe(old)
  const events = readEventFile(readFileSync(join(folder, 'ce-s0', names[1]!)))
  expect(events.map(({ step, sessionStart }) => [step, sessionStart === true])).toEqual([
    [0, false],
    [11, true],
    [15, false],
    [20, false],
  ])
})

it('passes over events it does not know', async () => {
  const folder = temporaryFolder()
  const sink = createTensorboard(folder, clock)
  await sink.event({ type: 'worker-lost' } as never)
  await sink.close()
  expect(readdirSync(folder)).toEqual([])
})

it.each([
  ['seed-0', 'kd-s0', 'kd-s0'],
  ['teacher-cnn', 'cnn', 'teacher-cnn'],
  ['assistant-middle', 'middle', 'assistant-middle'],
  ['seed-0.2', 'kd-s0', 'kd-s0'],
  ['resnet56-resnet8.seed-0', 'resnet56-resnet8.kd-s0', 'resnet56-resnet8.kd-s0'],
  ['search-4-epochs-seed-1000.2', 'kd-s0', 'search-4-epochs-seed-1000/kd-s0'],
  ['a>b-seed-0', 'kd-s0', 'a_b-seed-0/kd-s0'],
  ['seed-0', '../../etc', '___.._etc'],
  ['seed-0', '..', '__'],
])('the folder of stage %s, arm %s', (stage, arm, folder) => {
  expect(armFolder(stage, arm)).toBe(folder)
})
