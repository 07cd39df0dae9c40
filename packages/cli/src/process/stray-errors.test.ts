import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UmbraError } from '@umbra/core'
import { expect, onTestFinished, test } from 'vitest'
import { strayError, takeStrayErrors } from './stray-errors.js'
import { noteUserFile } from './user-files.js'
import { withInterrupt } from './with-interrupt.js'

/** A folder with `plugin.mjs`, noted as that of the plugin `mine`, and a package that it uses. */
function project(): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-stray-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules', 'other'), { recursive: true })
  writeFileSync(join(folder, 'node_modules', 'other', 'package.json'), '{}')
  const file = join(folder, 'plugin.mjs')
  noteUserFile(file, 'plugin "mine"')
  return { folder, file }
}

const withStack = (...frames: readonly string[]): Error =>
  Object.assign(new TypeError('late'), {
    stack: ['TypeError: late', ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  })
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'no error')

test('an error is that of the first file of users in its stack, in either notation', () => {
  const { folder, file } = project()
  const of = (place: string): string => `plugin "mine" (${place}): received an error that nothing catches`
  const timer = strayError(
    withStack('op (/lib/tfjs/core.js:3:4)', `Timeout._onTimeout (file://${file}?v=2:12:5)`),
  )
  expect(timer).toBeInstanceOf(UmbraError)
  expect(timer).toMatchObject({ code: 'UMBRA_STRAY_ERROR' })
  expect(messageOf(timer)).toContain(of(`${file}:12`))
  expect(messageOf(timer)).toContain('TypeError: late. Catch it there')
  expect(messageOf(strayError(withStack(`async ${file}:7:1`)))).toContain(of(`${file}:7`))
  const helper = join(folder, 'lib', 'helper.mjs')
  expect(messageOf(strayError(withStack(`run (${helper}:1:1)`)))).toContain(of(`${helper}:1`))
})

test('an error of other code stays as it is', () => {
  const { folder } = project()
  const other = withStack(
    `run (${join(folder, 'node_modules', 'other', 'index.js')}:1:1)`,
    'node:internal/timers:581:17',
  )
  expect(strayError(other)).toBe(other)
})

test('what is no error has no stack, and is the user’s', () => {
  expect(strayError('text')).toMatchObject({ code: 'UMBRA_STRAY_ERROR', cause: 'text' })
})

test('one that is thrown while work runs aborts it, and is thrown when it has saved', async () => {
  const said: string[] = []
  let saved = false
  const work = withInterrupt(
    (text) => said.push(text),
    (signal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          saved = true
          reject(new UmbraError('UMBRA_INTERRUPTED', { subject: 'stopped' }))
        })
        for (const text of ['in a timer', 'in another'])
          setTimeout(() => {
            throw new RangeError(text)
          })
      }),
  )
  await expect(work).rejects.toThrow(/^in a timer$/)
  expect({ said, saved }).toEqual({ said: ['an error that nothing catches: stopping'], saved: true })
})

test('the last to take errors is told', async () => {
  const told: string[] = []
  const outer = takeStrayErrors(() => told.push('outer'))
  const inner = takeStrayErrors(() => told.push('inner'))
  const turn = async (): Promise<void> => {
    setTimeout(() => {
      throw new Error('late')
    })
    await new Promise((done) => setTimeout(done, 10))
  }
  await turn()
  inner()
  await turn()
  outer()
  expect(told).toEqual(['inner', 'outer'])
  expect(process.hasUncaughtExceptionCaptureCallback()).toBe(false)
})
