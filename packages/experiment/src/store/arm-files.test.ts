import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createArmFiles } from './arm-files.js'
import type { ArmResult } from '@umbra/core/trainer'

const weights = new Map([['w', { dtype: 'float32' as const, shape: [2], data: Float32Array.of(1, 2) }]])
const result = (over: Partial<ArmResult> = {}): ArmResult => ({
  ...{ arm: 'kd-s0', label: 'kd', method: 'kd', seed: 0, hash: 'hash', seconds: 1, imagesPerSecond: 1 },
  ...{ cohort: ['kd-s0'], history: [] },
  ...over,
})

function folders() {
  const root = mkdtempSync(join(tmpdir(), 'umbra-arms-'))
  const store = join(root, 'store')
  const said: string[] = []
  return {
    root,
    store,
    said,
    files: (run: string) => createArmFiles(join(root, run), store, (text) => void said.push(text)),
  }
}

test('a finished arm is read where the hash is the same, and taken over by another run', async () => {
  const { root, files } = folders()
  const one = files('one')
  await one.write('arms', result(), { weights })
  expect(one.read('arms', 'kd-s0', 'hash')).toMatchObject({ arm: 'kd-s0' })
  expect(one.read('arms', 'kd-s0', 'other')).toBeUndefined()
  const two = files('two')
  expect(two.read('arms', 'kd-s0', 'hash')).toBeUndefined()
  expect(two.adopt('arms', 'kd-s0', 'other')).toBeUndefined()
  expect(two.adopt('arms', 'kd-s0', 'hash')).toEqual(result())
  const student = (run: string) => readFileSync(join(root, run, 'arms', 'kd-s0', 'student.safetensors'))
  expect(student('two')).toEqual(student('one'))
})

test('an arm that diverged is final; another failure is a result, but is tried again', async () => {
  const { files } = folders()
  const run = files('run')
  const failed = (code: string) => result({ failed: { code, reason: 'a reason' } })
  await run.write('arms', failed('UMBRA_DIVERGED'), undefined)
  expect(run.read('arms', 'kd-s0', 'hash')).toBeDefined()
  await run.write('arms', failed('UMBRA_METHOD'), undefined)
  expect(run.result('arms', 'kd-s0', 'hash')).toBeDefined()
  expect(run.read('arms', 'kd-s0', 'hash')).toBeUndefined()
  // Failures are not shared.
  expect(files('other').adopt('arms', 'kd-s0', 'hash')).toBeUndefined()
})

test('trained again without a best epoch, the weights of the one before are gone, in the store too', async () => {
  const { root, store, files } = folders()
  const run = files('run')
  const there = () =>
    [join(root, 'run', 'arms', 'kd-s0'), join(store, 'hash')].map((folder) =>
      existsSync(join(folder, 'best.safetensors')),
    )
  await run.write('arms', result(), { weights, bestWeights: weights })
  expect(there()).toEqual([true, true])
  await run.write('arms', result(), { weights })
  expect(there()).toEqual([false, false])
})

/** Changes a byte in place, as a fault of the disk would: every name of the file is changed. */
function damage(path: string): void {
  const bytes = readFileSync(path)
  writeSync(openSync(path, 'r+'), Buffer.of(bytes[bytes.length - 5]! ^ 1), 0, 1, bytes.length - 5)
}

test.each(['student.safetensors', 'best.safetensors', 'result.json'])(
  'a damaged %s is said once, is not used by this run or another, and is made again in both places',
  async (name) => {
    const { root, files, said } = folders()
    await files('one').write('arms', result(), { weights, bestWeights: weights })
    damage(join(root, 'one', 'arms', 'kd-s0', name))
    const one = files('one')
    expect(one.read('arms', 'kd-s0', 'hash')).toBeUndefined()
    expect(one.read('arms', 'kd-s0', 'hash')).toBeUndefined()
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(new RegExp(`one/arms/kd-s0/${name} is damaged \\(.*\\); the arm is made again$`))
    // The store has the same file by another name.
    expect(files('two').adopt('arms', 'kd-s0', 'hash')).toBeUndefined()
    expect(said).toHaveLength(2)
    await one.write('arms', result(), { weights, bestWeights: weights })
    expect(files('one').read('arms', 'kd-s0', 'hash')).toEqual(result())
    expect(files('three').adopt('arms', 'kd-s0', 'hash')).toEqual(result())
    expect(said).toHaveLength(2)
  },
)

test('an arm that a run takes over has the name that it has there', async () => {
  const { files } = folders()
  await files('one').write('arms', result(), { weights })
  expect(files('two').adopt('arms', 'other-s0', 'hash')).toEqual(result({ arm: 'other-s0' }))
})

test.skipIf(process.platform === 'win32')(
  'weights that are a pipe or huge are damaged, and not waited for',
  async () => {
    const { root, store, said, files } = folders()
    await files('run').write('arms', result(), { weights })
    const student = join(root, 'run', 'arms', 'kd-s0', 'student.safetensors')
    rmSync(student)
    execFileSync('mkfifo', [student])
    expect(files('run').read('arms', 'kd-s0', 'hash')).toBeUndefined()
    truncateSync(join(store, 'hash', 'student.safetensors'), 2 ** 40)
    expect(files('run').adopt('arms', 'kd-s0', 'hash')).toBeUndefined()
    expect(said).toEqual([
      expect.stringContaining('student.safetensors is damaged (it is a pipe)'),
      expect.stringMatching(/student\.safetensors is damaged \(it has 1099511627776 bytes, more than/),
    ])
  },
)

test('an arm is made again beside a folder that stood in the place of its result', async () => {
  const { root, files } = folders()
  const run = files('run')
  const mine = join(root, 'run', 'arms', 'kd-s0', 'result.json', 'mine.txt')
  mkdirSync(dirname(mine), { recursive: true })
  writeFileSync(mine, '')
  expect(run.read('arms', 'kd-s0', 'hash')).toBeUndefined()
  await run.write('arms', result(), { weights })
  expect(run.read('arms', 'kd-s0', 'hash')).toBeDefined()
  expect(readdirSync(join(root, 'run', 'arms', 'kd-s0', 'result.json.damaged'))).toEqual(['mine.txt'])
})

test('no arm is shared through a link in the store', async () => {
  const { root, store, files } = folders()
  const outside = join(root, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'result.json'), 'of someone else')
  mkdirSync(store)
  symlinkSync(outside, join(store, 'hash'))
  await expect(files('run').write('arms', result(), { weights })).rejects.toThrow(/received a link/)
  expect(() => files('run').adopt('arms', 'kd-s0', 'hash')).toThrow(/received a link/)
  expect(readdirSync(outside)).toEqual(['result.json'])
})
