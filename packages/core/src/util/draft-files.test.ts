import { spawnSync } from 'node:child_process'
import { linkSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { writeFile } from './atomic-write.js'
import { draftOf, removeDeadDrafts } from './draft-files.js'
import { makeFolder } from './make-folder.js'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-drafts-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

test('only drafts of processes that are gone are removed', () => {
  const folder = newFolder()
  makeFolder(join(folder, 'inside'))
  const own = draftOf(join(folder, 'a.json'))
  const dead = join(folder, 'inside', 'b.json')
  // A process that has ended.
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const left = draftOf(dead).replace(/-\d+-\d*-/, `-${pid}-1-`)
  const others = [join(folder, 'a.json.1234'), join(folder, 'notes.draft')]
  for (const path of [own, left, ...others]) writeFileSync(path, '')
  expect(removeDeadDrafts(folder)).toBe(1)
  expect(readdirSync(join(folder, 'inside'))).toEqual([])
  expect(readdirSync(folder)).toHaveLength(4)
})

test('a file is replaced, not written through to its other names', async () => {
  const folder = newFolder()
  await writeFile(join(folder, 'a'), 'old')
  linkSync(join(folder, 'a'), join(folder, 'b'))
  await writeFile(join(folder, 'a'), 'new')
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('old')
})

test('a folder is made with those above it, and where that is impossible it says so', () => {
  const folder = newFolder()
  makeFolder(join(folder, 'x', 'y', 'z'))
  makeFolder(join(folder, 'x', 'y', 'z'))
  expect(readdirSync(join(folder, 'x', 'y'))).toEqual(['z'])
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/)
  expect(() => makeFolder(join(folder, 'file', 'x'))).toThrow(/ENOTDIR/)
})

test.runIf(process.platform === 'linux')('a folder below /proc is refused at once', () => {
  expect(() => makeFolder('/proc/umbra/runs')).toThrow(/ENOENT/)
})
