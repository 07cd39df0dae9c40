import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { resumeNotice } from './resume-notice.js'

test('says when there is nothing to resume, and nothing otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-resume-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(resumeNotice(folder, true)).toBe(`nothing to resume in ${folder}: a new run starts there`)
  expect(resumeNotice(folder, undefined)).toBeUndefined()
  writeFileSync(join(folder, 'run.json'), '{}')
  expect(resumeNotice(folder, true)).toBeUndefined()
})
