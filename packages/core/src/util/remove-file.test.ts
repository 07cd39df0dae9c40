import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeFile } from './remove-file.js'

test('removes a file if there is one, and no folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-remove-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'file')
  writeFileSync(path, '')
  removeFile(path)
  removeFile(path)
  expect(existsSync(path)).toBe(false)
  mkdirSync(path)
  expect(() => removeFile(path)).toThrow(expect.objectContaining({ code: 'UMBRA_WRITE' }))
  expect(existsSync(path)).toBe(true)
})
