import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealedJson } from '@umbra/core/files'
import { RUN_FORMAT, createCheckpointStore } from '@umbra/core/trainer'
import { expect, onTestFinished, test } from 'vitest'
import { verifyStore } from './verify-store.js'

const runFile = sealedJson({
  ...{ format: RUN_FORMAT, created: '', basis: { recipe: {} }, pairs: {}, dataSettings: {} },
})

/** A folder of runs with one run. */
const newRuns = (): { readonly runs: string; readonly run: string } => {
  const runs = mkdtempSync(join(tmpdir(), 'umbra-verify-'))
  onTestFinished(() => rmSync(runs, { recursive: true, force: true }))
  const run = join(runs, 'run')
  mkdirSync(run)
  writeFileSync(join(run, 'run.json'), runFile)
  return { runs, run }
}

test('a run of another version is passed over; a changed number of the format is no other version', () => {
  const { runs, run } = newRuns()
  const path = join(run, 'run.json')
  expect(verifyStore(runs)).toEqual({ checked: 1, damaged: [] })
  writeFileSync(path, sealedJson({ format: RUN_FORMAT + 1, basis: {} }))
  expect(verifyStore(runs)).toEqual({ checked: 1, damaged: [] })
  writeFileSync(path, JSON.stringify({ basis: {} }))
  expect(verifyStore(runs)).toEqual({ checked: 1, damaged: [] })
  writeFileSync(path, runFile.replace(`"format": ${RUN_FORMAT}`, `"format": ${RUN_FORMAT + 1}`))
  expect(verifyStore(runs).damaged).toEqual([{ path, problem: 'its checksum differs' }])
})

test('checkpoints are verified', async () => {
  const { runs, run } = newRuns()
  const folders = [join(run, 'arms', 'kd-s0'), join(runs, '.store', '0123456789abcdef')]
  for (const folder of folders)
    await createCheckpointStore(folder, { owner: 'kd' }).save({ step: 4, tensors: new Map(), meta: {} })
  expect(verifyStore(runs)).toEqual({ checked: 3, damaged: [] })
  for (const folder of folders) writeFileSync(join(folder, 'checkpoint-4.json'), '{}')
  expect(
    verifyStore(runs)
      .damaged.map(({ path }) => path)
      .sort(),
  ).toEqual(folders.map((folder) => join(folder, 'checkpoint-4.json')).sort())
})

test.skipIf(process.platform === 'win32')(
  'pipes, folders and links in the place of files are damage, and not waited for',
  () => {
    const { runs, run } = newRuns()
    const store = join(runs, '.store')
    const arm = join(run, 'arms', 'kd-s0')
    for (const folder of [store, arm]) mkdirSync(folder, { recursive: true })
    execFileSync('mkfifo', [join(run, 'record.json'), join(arm, 'result.json')])
    mkdirSync(join(run, 'teachers.json'))
    symlinkSync(join(run, 'search.json'), join(run, 'search.json'))
    symlinkSync(runs, join(store, '0123456789abcdef'))
    writeFileSync(join(store, '1123456789abcdef'), '')
    expect(verifyStore(runs).damaged).toEqual([
      { path: join(store, '0123456789abcdef'), problem: 'it is no folder' },
      { path: join(store, '1123456789abcdef'), problem: 'it is no folder' },
      { path: join(run, 'record.json'), problem: 'it is a pipe' },
      { path: join(run, 'teachers.json'), problem: 'it is a folder' },
      { path: join(run, 'search.json'), problem: 'its links lead in a circle' },
      { path: join(arm, 'result.json'), problem: 'it is a pipe' },
    ])
  },
)
