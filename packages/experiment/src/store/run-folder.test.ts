import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealedJson } from '@umbra/core/files'
import { RUN_FORMAT } from '@umbra/core/trainer'
import { expect, onTestFinished, test } from 'vitest'
import { openRunFolder } from './run-folder.js'

const newRuns = (): string => {
  const runs = mkdtempSync(join(tmpdir(), 'umbra-run-folder-'))
  onTestFinished(() => rmSync(runs, { recursive: true, force: true }))
  return runs
}

const intact = sealedJson({
  format: RUN_FORMAT,
  created: '',
  basis: { recipe: {} },
  pairs: {},
  dataSettings: {},
})

function folderWith(runJson: string | undefined, finished: boolean): string {
  const path = join(newRuns(), 'run')
  mkdirSync(join(path, 'arms', 'kd-s0'), { recursive: true })
  if (runJson !== undefined) writeFileSync(join(path, 'run.json'), runJson)
  if (finished) writeFileSync(join(path, 'arms', 'kd-s0', 'result.json'), '{}')
  return path
}

const open = (path: string, options: { resume?: boolean; overwrite?: boolean } = {}): readonly string[] => {
  const folder = openRunFolder(path, { resume: false, overwrite: false, takeOver: false, ...options })
  folder.close()
  return folder.notices
}

const DAMAGED = ['', 'null', '[]', '"x"', '7', intact.slice(0, 20), intact.replace('"recipe"', '"recipf"')]

test.each([...DAMAGED, undefined])(
  'with finished arms, %j in place of run.json is refused in one line, resumed or not',
  (text) => {
    const path = folderWith(text, true)
    for (const resume of [true, false])
      expect(() => open(path, { resume })).toThrow(
        /run\.json is (damaged|missing)[^\n]*1 finished arm was made[^\n]*--name/,
      )
  },
)

test.each(DAMAGED)('without finished arms %j is said and written again on resume', (text) => {
  expect(open(folderWith(text, false), { resume: true })).toEqual([
    expect.stringMatching(/run\.json is damaged .*written again/),
  ])
})

test('a run that is there is resumed, or overwritten', () => {
  const path = folderWith(intact, true)
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'UMBRA_RUN_EXISTS' }))
  expect(open(path, { resume: true })).toEqual([])
  open(path, { overwrite: true })
  expect(existsSync(join(path, 'arms', 'kd-s0'))).toBe(false)
})

test.each(['{"name":"my notes"}', undefined])(
  '--overwrite leaves a folder alone that no run made (run.json: %j)',
  (text) => {
    const path = folderWith(text, true)
    writeFileSync(join(path, 'thesis.tex'), 'years of work')
    expect(() => open(path, { overwrite: true })).toThrow(/not that of a run/)
    expect(existsSync(join(path, 'arms', 'kd-s0', 'result.json'))).toBe(true)
  },
)

test('a name that differs only in capital letters is refused', () => {
  const path = folderWith(intact, false)
  expect(() => open(join(path, '..', 'RUN'))).toThrow(/"run", whose name differs only in capital letters/)
})

test('nothing is written to where a link leads: not in place of the folder, nor in it', () => {
  const path = folderWith(intact, false)
  const outside = newRuns()
  symlinkSync(path, join(path, '..', 'other'))
  expect(() => open(join(path, '..', 'other'), { resume: true })).toThrow(
    /other: expected a folder, received a link/,
  )
  symlinkSync(join(outside, 'events.jsonl'), join(path, 'events.jsonl'))
  expect(() => open(path, { resume: true })).toThrow(
    /events\.jsonl: expected a file or a folder[^\n]*received a link/,
  )
  expect(readdirSync(outside)).toEqual([])
  expect(existsSync(join(path, 'run.lock'))).toBe(false)
  // --overwrite removes the link, not what it leads to.
  symlinkSync(outside, join(path, 'metrics'))
  writeFileSync(join(outside, 'steps.jsonl'), '')
  expect(open(path, { overwrite: true })).toEqual([])
  expect(readdirSync(outside)).toEqual(['steps.jsonl'])
})

test('the next event is a line of its own, also where a killed process left half a line', () => {
  const path = folderWith(intact, false)
  const log = join(path, 'events.jsonl')
  const notice = (text: string) => {
    const folder = openRunFolder(path, { resume: true, overwrite: false, takeOver: false })
    folder.log({ type: 'notice', text })
    folder.close()
    return readFileSync(log, 'utf8').split('\n').length - 1
  }
  expect(notice('a')).toBe(1)
  expect(notice('b')).toBe(2)
  writeFileSync(log, '{"time":"x","type":"no')
  expect(notice('c')).toBe(2)
  writeFileSync(log, '')
  expect(notice('d')).toBe(1)
})

test.each(['['.repeat(200_000), `{"basis":${'['.repeat(200_000)}`, '{"basis":{},"format":1e999}'])(
  '%#: a hostile run.json is damaged',
  (text) => {
    expect(() => open(folderWith(text, true), { resume: true })).toThrow(/run\.json is damaged/)
  },
)
