import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createLineTail } from '../src/curves/line-tail.js'
import { temporaryFolder } from './temporary.js'

const nothing = { fresh: false, lines: [], overlong: 0, more: false }

it('gives lines once they are whole, also letters of several bytes', () => {
  const path = join(temporaryFolder(), 'log')
  const { read } = createLineTail(path)
  expect(read()).toEqual(nothing)
  const bytes = Buffer.from('a\n\né')
  writeFileSync(path, bytes.subarray(0, -1))
  expect(read()).toEqual({ ...nothing, lines: ['a'] })
  appendFileSync(path, bytes.subarray(-1))
  expect(read()).toEqual(nothing)
  appendFileSync(path, '\n')
  expect(read()).toEqual({ ...nothing, lines: ['é'] })
})

it('passes over a line longer than any of a run, and counts it once; the next one is whole', () => {
  const path = join(temporaryFolder(), 'log')
  const long = 'x'.repeat(3 * 2 ** 20)
  writeFileSync(path, `first\n${long}{"not":"a line"}\nlast\n${long}`)
  const { read } = createLineTail(path)
  const lines: string[] = []
  let overlong = 0
  for (let more = true; more;) {
    const gain = read()
    lines.push(...gain.lines)
    overlong += gain.overlong
    more = gain.more
  }
  expect(lines).toEqual(['first', 'last'])
  expect(overlong).toBe(2)
  appendFileSync(path, '\nafter\n')
  expect(read()).toEqual({ ...nothing, lines: ['after'] })
})

it('reads no more of a file than it may, and says so', () => {
  const path = join(temporaryFolder(), 'log')
  writeFileSync(path, 'one\ntwo\nthree\n')
  const { read } = createLineTail(path, { most: 8 })
  expect(read()).toEqual({ ...nothing, lines: ['one', 'two'], problem: 'only its first 8 bytes are read' })
  truncateSync(path, 2 ** 40)
  expect(read()).toMatchObject({ lines: [], problem: 'only its first 8 bytes are read' })
})

it.skipIf(process.platform === 'win32')(
  'waits for no pipe and follows no link; a file that is there again is read',
  () => {
    const folder = temporaryFolder()
    const path = join(folder, 'log')
    const { read } = createLineTail(path)
    execFileSync('mkfifo', [path])
    expect(read()).toEqual({ ...nothing, problem: 'it is a pipe' })
    rmSync(path)
    writeFileSync(path, 'a\n')
    expect(read()).toEqual({ ...nothing, lines: ['a'] })
    rmSync(path)
    symlinkSync(join(folder, 'other'), path)
    expect(read()).toEqual({ ...nothing, fresh: true, problem: 'it is a link' })
    rmSync(path)
    symlinkSync('/dev/zero', path)
    expect(read()).toEqual({ ...nothing, problem: 'it is a link' })
    rmSync(path)
    writeFileSync(path, 'b\n')
    expect(read()).toEqual({ ...nothing, lines: ['b'] })
  },
)
