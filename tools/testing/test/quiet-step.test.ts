import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { quietStep } from '../../../scripts/quiet-step.mjs'

const setting = () => {
  const cwd = mkdtempSync(join(tmpdir(), 'umbra-quiet-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  return { cwd, log: join(cwd, 'logs', 'step.log') }
}
const node = (script: string) => [process.execPath, ['-e', script]] as const

test('keeps the output of a step that succeeds', () => {
  const { cwd, log } = setting()
  expect(quietStep(log, ...node('console.log("a"); console.error("b")'), { cwd })).toBeUndefined()
  expect(readFileSync(log, 'utf8').split('\n').sort()).toEqual(['', 'a', 'b'])
})

test('of one that fails shows the last lines, and says where the others are', () => {
  const { cwd, log } = setting()
  const script = 'for (let i = 0; i < 40; i++) console.log("line " + i); process.exit(3)'
  const failure = quietStep(log, ...node(script), { cwd })?.split('\n')
  expect(failure?.at(0)).toBe('line 25')
  expect(failure?.at(-2)).toBe('line 39')
  expect(failure?.at(-1)).toBe(`all of its output: ${log}`)
  expect(readFileSync(log, 'utf8')).toContain('line 0\n')
})

test('names a program that is not there', () => {
  const { cwd, log } = setting()
  expect(quietStep(log, 'no-such-program-of-umbra', [], { cwd })).toMatch(/^no-such-program-of-umbra: /)
})
