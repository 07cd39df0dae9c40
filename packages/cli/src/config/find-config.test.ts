import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findConfig } from './find-config.js'

test('a configuration is a file: folders and circles of links are passed over, or refused by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-find-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'umbra.config.ts'))
  symlinkSync('umbra.config.js', join(folder, 'umbra.config.js'))
  expect(findConfig(undefined, folder)).toBeUndefined()
  expect(() => findConfig('umbra.config.js', folder)).toThrow(/received nothing there/)
  writeFileSync(join(folder, 'umbra.config.json'), '{}')
  expect(findConfig(undefined, folder)).toBe(join(folder, 'umbra.config.json'))
  expect(findConfig('.', folder)).toBe(join(folder, 'umbra.config.json'))
})
