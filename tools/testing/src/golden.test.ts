import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { goldenCases, rows } from './golden.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-golden-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(text: string): URL {
  const path = join(folder, 'case.json')
  writeFileSync(path, text)
  return pathToFileURL(path)
}

it('reads cases, with the numbers JSON cannot write', () => {
  const [golden] = goldenCases(
    file('[{"id":"x-01","outputs":{"loss":"NaN","extra":{"shape":[2],"data":["Infinity","-Infinity"]}}}]'),
  )
  expect(golden?.id).toBe('x-01')
  expect(golden?.outputs.loss).toBeNaN()
  expect(golden?.outputs.extra).toEqual({ shape: [2], data: [Infinity, -Infinity] })
})

it('refuses a file without cases', () => expect(() => goldenCases(file('[]'))).toThrow('has no case'))

it('splits a matrix into rows', () => {
  expect(rows({ shape: [2, 3], data: [1, 2, 3, 4, 5, 6] })).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
})
