import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { separateTemporaryFolder } from './temporary-folder.js'

it('is one of this run, for its child processes too', () => {
  expect(basename(tmpdir())).toMatch(/^umbra-tests-/)
  const script = 'process.stdout.write(require("node:os").tmpdir())'
  expect(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout).toBe(tmpdir())
})

it('goes with what is in it, and leaves the environment as it was', () => {
  const env: Record<string, string | undefined> = { TEMP: 'before' }
  const remove = separateTemporaryFolder(env)
  const folder = env.TMPDIR ?? ''
  expect(env).toEqual({ TMPDIR: folder, TEMP: folder, TMP: folder })
  expect(dirname(folder)).toBe(tmpdir())
  mkdirSync(join(folder, 'a', 'b'), { recursive: true })
  writeFileSync(join(folder, 'a', 'b', 'file'), '')
  remove()
  expect(env).toEqual({ TEMP: 'before' })
  expect(existsSync(folder)).toBe(false)
})
