import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findRun } from '../src/watch/find-run.js'
import { temporaryFolder } from './temporary.js'

function run(cwd: string, name: string, time: number): void {
  const folder = join(cwd, 'runs', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'events.jsonl'), '')
  utimesSync(join(folder, 'events.jsonl'), time, time)
}

it('a run by its path, by its name, or the one that changed last', () => {
  const cwd = temporaryFolder()
  run(cwd, 'old', 1000)
  run(cwd, 'new', 2000)
  run(cwd, '.store', 3000)
  mkdirSync(join(cwd, 'runs', 'empty'))
  expect(findRun(join(cwd, 'runs', 'old'), 'runs', '/')).toBe(join(cwd, 'runs', 'old'))
  expect(findRun('runs/old', 'runs', cwd)).toBe(join(cwd, 'runs', 'old'))
  expect(findRun('old', 'runs', cwd)).toBe(join(cwd, 'runs', 'old'))
  expect(findRun(undefined, 'runs', cwd)).toBe(join(cwd, 'runs', 'new'))
})

it('none', () => {
  const cwd = temporaryFolder()
  expect(() => findRun(undefined, 'runs', cwd)).toThrow(`no run in ${join(cwd, 'runs')}`)
  run(cwd, 'old', 1000)
  expect(() => findRun('other', 'runs', cwd)).toThrow('run other')
})

it('a folder of runs that is a file has none; one with a circle of links in it is a run like others', () => {
  const cwd = temporaryFolder()
  run(cwd, 'old', 1000)
  expect(() => findRun(undefined, 'runs/old/events.jsonl', cwd)).toThrow('no run in')
  const odd = join(cwd, 'runs', 'odd')
  mkdirSync(join(odd, 'arms'), { recursive: true })
  symlinkSync('run.json', join(odd, 'run.json'))
  utimesSync(join(odd, 'arms'), 500, 500)
  expect(findRun(undefined, 'runs', cwd)).toBe(join(cwd, 'runs', 'old'))
  expect(findRun('odd', 'runs', cwd)).toBe(odd)
})
