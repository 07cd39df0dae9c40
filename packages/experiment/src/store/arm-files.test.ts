import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  return { root, store, files: (run: string) => createArmFiles(join(root, run), store) }
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
