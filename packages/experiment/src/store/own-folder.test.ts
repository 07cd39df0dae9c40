import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkOwnFiles, checkOwnFolder } from './own-folder.js'

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-own-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a folder, or nothing, is no link', () => {
  const folder = newFolder()
  checkOwnFolder(folder)
  checkOwnFolder(join(folder, 'none'))
  writeFileSync(join(folder, 'file'), '')
  expect(() => checkOwnFolder(join(folder, 'file'))).toThrow(/file: expected a folder, received a file/)
  // Whoever writes below a file says so.
  checkOwnFolder(join(folder, 'file', 'below'))
  symlinkSync(folder, join(folder, 'link'))
  expect(() => checkOwnFolder(join(folder, 'link'))).toThrow(
    expect.objectContaining({
      code: 'UMBRA_FILE_CORRUPT',
      message: `${join(folder, 'link')}: expected a folder, received a link. Remove it; what it leads to is left alone.`,
    }),
  )
})

test.skipIf(process.platform === 'win32')('files and folders are those of runs; nothing else is', () => {
  const folder = newFolder()
  const deep = join(folder, 'arms', 'kd-s0')
  mkdirSync(deep, { recursive: true })
  writeFileSync(join(deep, 'result.json'), '')
  checkOwnFiles(folder)
  const odd = join(deep, 'odd')
  for (const [make, received] of [
    [() => symlinkSync(odd, odd), 'a link'],
    [() => symlinkSync(folder, odd), 'a link'],
    [() => symlinkSync(join(folder, 'none'), odd), 'a link'],
    [() => execFileSync('mkfifo', [odd]), 'a pipe or a device'],
  ] as const) {
    make()
    expect(() => checkOwnFiles(folder)).toThrow(
      `${odd}: expected a file or a folder, as runs write them, received ${received}`,
    )
    rmSync(odd)
  }
})
