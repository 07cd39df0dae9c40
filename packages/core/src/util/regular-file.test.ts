import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hashRegular, openRegular, readRegular, readStartOf, readVerified } from './regular-file.js'
import { sha256Of } from './sealed-json.js'

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-regular-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a file is read: whole, its start, its sha256, and only if it has one', () => {
  const path = join(newFolder(), 'file')
  // More than is hashed at once.
  const text = 'x'.repeat(3_000_000)
  writeFileSync(path, text)
  const sha256 = sha256Of(text)
  const sameText = (read: object): boolean => 'bytes' in read && String(read.bytes) === text
  expect(sameText(readRegular(path))).toBe(true)
  expect(readStartOf(path, 5)).toEqual({ bytes: Buffer.from('xxxxx') })
  expect(sameText(readStartOf(path, 10_000_000))).toBe(true)
  expect(hashRegular(path)).toEqual({ sha256 })
  expect(sameText(readVerified(path, sha256))).toBe(true)
  expect(readVerified(path, 'other')).toEqual({ problem: 'its checksum differs' })
})

test('a file that is larger than it may be is not read, nor hashed', () => {
  const path = join(newFolder(), 'file')
  writeFileSync(path, 'abc')
  expect(readRegular(path, 2)).toEqual({ problem: 'it has 3 bytes, more than 2' })
  expect(readRegular(path, 3)).toHaveProperty('bytes')
  truncateSync(path, 2 ** 40)
  for (const read of [readRegular(path), hashRegular(path), readVerified(path, '')])
    expect(read).toEqual({ problem: `it has ${2 ** 40} bytes, more than ${2 ** 31 - 1}` })
})

test('nothing is missing, below a file too', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'file'), '')
  for (const path of [join(folder, 'none'), join(folder, 'file', 'below')])
    expect(readRegular(path)).toEqual({ problem: 'it is missing', missing: true })
})

test.skipIf(process.platform === 'win32')('what is no file is not read, and a pipe not waited for', () => {
  const folder = newFolder()
  const at = (name: string): string => join(folder, name)
  execFileSync('mkfifo', [at('pipe')])
  symlinkSync(at('circle'), at('circle'))
  symlinkSync('/dev/zero', at('device'))
  writeFileSync(at('file'), 'text')
  symlinkSync(at('file'), at('link'))
  const problemOf = (path: string, links?: 'refused'): unknown => {
    const opened = openRegular(path, links === undefined ? {} : { links })
    if ('problem' in opened) return opened.problem
    closeSync(opened.descriptor)
    return undefined
  }
  expect(problemOf(folder)).toBe('it is a folder')
  expect(problemOf(at('pipe'))).toBe('it is a pipe')
  expect(problemOf(at('circle'))).toBe('its links lead in a circle')
  expect(problemOf(at('device'))).toBe('it is a device')
  expect(problemOf(at('link'))).toBeUndefined()
  expect(problemOf(at('link'), 'refused')).toBe('it is a link')
  expect(problemOf(at('file'), 'refused')).toBeUndefined()
})
