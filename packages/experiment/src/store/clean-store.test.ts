import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cleanStore } from './clean-store.js'
import { listStore } from './store-contents.js'

const HASH = '0123456789abcdef'

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-clean-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const clean = (runs: string) => cleanStore(runs, { before: undefined, dryRun: false })

test('what a folder has that no run wrote keeps it, also a folder under the name of a file', () => {
  const runs = newFolder()
  const path = join(runs, '.store', HASH)
  const moved = join(path, 'result.json.damaged')
  mkdirSync(moved, { recursive: true })
  writeFileSync(join(moved, 'mine.txt'), '')
  expect(clean(runs)).toMatchObject({ removed: [], foreign: [path] })
  expect(readdirSync(moved)).toEqual(['mine.txt'])
  rmSync(moved, { recursive: true })
  mkdirSync(join(path, 'used-by'))
  expect(clean(runs)).toMatchObject({ removed: [{ path }], foreign: [] })
  expect(existsSync(path)).toBe(false)
})

test('links are no part of the store: nothing is counted, locked or removed where they lead', () => {
  const [runs, outside] = [newFolder(), newFolder()]
  writeFileSync(join(outside, 'result.json'), '')
  const store = join(runs, '.store')
  mkdirSync(join(store, HASH), { recursive: true })
  symlinkSync(outside, join(store, '1123456789abcdef'))
  symlinkSync('circle', join(store, HASH, 'circle'))
  symlinkSync(runs, join(store, HASH, 'used-by'))
  expect(listStore(runs)).toMatchObject([{ hash: HASH, kind: 'unfinished' }])
  expect(clean(runs)).toMatchObject({ removed: [], foreign: [join(store, HASH)] })
  rmSync(store, { recursive: true })
  symlinkSync(outside, store)
  mkdirSync(join(outside, HASH))
  expect(() => clean(runs)).toThrow(/\.store: expected a folder, received a link/)
  expect(readdirSync(outside).sort()).toEqual([HASH, 'result.json'])
})
