import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealedJson } from '@umbra/core/files'
import { RUN_FORMAT } from '@umbra/core/trainer'
import { configSchema, type ResolvedConfig } from '../config/experiment-config.js'
import { expect, test } from 'vitest'
import { threadsFor, withThreads } from './threads.js'

const runs = mkdtempSync(join(tmpdir(), 'umbra-threads-'))
const config = (over: object = {}): ResolvedConfig =>
  configSchema.parse({ dataset: { id: 'toy' }, student: { model: 'toy' }, methods: ['ce'], runs, ...over })
const setting = { command: 'compare', arms: 8, overwrite: false, cores: 8 } as const

test('the more arms the fewer threads for each operation, at least one, at most all', () => {
  expect([1, 2, 3, 4, 8, 16, 41].map((arms) => threadsFor(arms, 8))).toEqual([8, 8, 5, 4, 2, 1, 1])
  expect([1, 2, 3, 8].map((arms) => threadsFor(arms, 2))).toEqual([2, 2, 1, 1])
  expect(threadsFor(0, 4)).toBe(4)
})

test('what the configuration says is left alone', () => {
  expect(withThreads(config({ threads: 3 }), setting).threads).toBe(3)
})

test('a run that is there keeps its number, whatever is added, unless it is to start again', () => {
  const named = config({ name: 'begun' })
  expect(withThreads(named, setting)).toMatchObject({ name: 'begun', threads: 2 })
  mkdirSync(join(runs, 'begun'))
  writeFileSync(
    join(runs, 'begun', 'run.json'),
    sealedJson({ format: RUN_FORMAT, created: '', basis: { threads: 5, recipe: {} }, pairs: {} }),
  )
  expect(withThreads(named, { ...setting, arms: 20 }).threads).toBe(5)
  expect(withThreads(named, { ...setting, overwrite: true }).threads).toBe(2)
})

test('a run without a name has the same one however many methods it has', () => {
  const name = (methods: readonly string[]): string | undefined =>
    withThreads(config({ methods }), { ...setting, arms: methods.length }).name
  expect(name(['ce'])).toMatch(/^compare-/)
  expect(name(['ce', 'kd', 'ats'])).toBe(name(['ce']))
})
