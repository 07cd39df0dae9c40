import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { draftOf, makeFolder } from '@umbra/core/files'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { compare, newRuns, toyComparison } from './toy-comparison.js'

beforeAll(useCpuBackend)

it('what a worker was writing when it was killed is gone when the run ends', async () => {
  const runs = newRuns()
  // A process that has ended.
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const left = (folder: string): void => {
    makeFolder(folder)
    writeFileSync(draftOf(join(folder, 'student.safetensors')).replace(/-\d+-\d*-/, `-${pid}-1-`), '')
  }
  const drafts = (): string[] =>
    readdirSync(runs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.draft'))
  let seen = 0
  const config = { methods: ['plain'], seeds: [0], teachers: [] }
  await compare(
    toyComparison(runs, config, {
      listen: ({ type }) => {
        if (type !== 'stage-end') return
        left(join(runs, 'test', 'arms', 'plain-s0'))
        left(join(runs, '.store', 'half'))
        seen = drafts().length
      },
    }),
  )
  expect(seen).toBe(2)
  expect(drafts()).toEqual([])
})
