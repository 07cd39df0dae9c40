import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CODES } from './codes.js'

const docs = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
const sections = docs.split(/^## /m).slice(1)
const documented = new Map(
  sections.map((section) => {
    const [heading = '', ...body] = section.split('\n')
    return [heading.trim(), body.join('\n').trim()]
  }),
)

it('documents every code, and no other, once', () => {
  expect([...documented.keys()].sort()).toEqual(Object.keys(ERROR_CODES).sort())
  expect(sections).toHaveLength(documented.size)
})

it.each(Object.keys(ERROR_CODES))('%s says what happened and how to fix it', (code) => {
  expect(documented.get(code)?.split(/\s+/).length).toBeGreaterThan(20)
})

it.each(Object.keys(ERROR_CODES))('%s is spelled like a code', (code) => {
  expect(code).toMatch(/^UMBRA(_[A-Z]+)+$/)
})
