import { afterEach, describe, expect, it } from 'vitest'
import { fileURLToPath } from 'node:url'
import { origin, whereOf } from './origin.js'

const ENGINE = fileURLToPath(new URL('..', import.meta.url))

const withStack = (...lines: readonly string[]): Error =>
  Object.assign(new Error('x'), { stack: ['Error: x', ...lines.map((line) => `    at ${line}`)].join('\n') })

describe('whereOf', () => {
  it('finds the line that asked, by the source map', () => {
    expect(whereOf(origin())).toBe(`${fileURLToPath(import.meta.url)}:12:20`)
  })

  it.each([
    ['f (/home/a/plugin.ts:3:7)', '/home/a/plugin.ts:3:7'],
    ['/home/a/plugin.ts:3:7', '/home/a/plugin.ts:3:7'],
    ['file:///home/a/my%20plugin.mjs:3:7', '/home/a/my plugin.mjs:3:7'],
    ['async Object.terms (file:///home/a/plugin.mjs:3:7)', '/home/a/plugin.mjs:3:7'],
    ['async /home/a/plugin.ts:3:7', '/home/a/plugin.ts:3:7'],
    ['new Foo (/home/a b (1)/plugin.ts:3:7)', '/home/a b (1)/plugin.ts:3:7'],
    ['Object.get [as terms] (/home/a/plugin.ts:3:7)', '/home/a/plugin.ts:3:7'],
    ['f (/home/engine/src/step/plugin.ts:3:7)', '/home/engine/src/step/plugin.ts:3:7'],
  ])('reads "%s"', (line, place) => {
    expect(whereOf(withStack(line))).toBe(place)
  })

  it('passes over libraries, Node and the engine itself', () => {
    const lines = [
      `add (${ENGINE}step/recorder.ts:1:1)`,
      `call (${ENGINE}layers/accelerate.js:1:1)`,
      'dropout (/home/a/node_modules/@tensorflow/tfjs-core/dist/ops/dropout.js:1:1)',
      'Module._compile (node:internal/modules/cjs/loader:1:1)',
      'Array.map (<anonymous>)',
      'terms (/home/a/plugin.ts:3:7)',
      'run (/home/a/main.ts:1:1)',
    ]
    expect(whereOf(withStack(...lines))).toBe('/home/a/plugin.ts:3:7')
  })

  it('says so when it cannot tell', () => {
    expect(whereOf(undefined)).toBe('an unknown place')
    expect(whereOf(withStack('node:internal/main:1:1'))).toBe('an unknown place')
  })
})

describe('origin', () => {
  const before = Object.getOwnPropertyDescriptors(Error)
  afterEach(() => {
    Reflect.deleteProperty(Error, 'prepareStackTrace')
    Object.defineProperties(Error, before)
  })

  it('sees through the many frames of a model within a model', () => {
    const deep = (depth: number): Error => (depth === 0 ? origin() : deep(depth - 1))
    expect(deep(55).stack?.split('\n').length).toBeGreaterThan(56)
  })

  it("leaves the program's own limit of frames as it was", () => {
    Error.stackTraceLimit = 3
    origin()
    expect(Error.stackTraceLimit).toBe(3)
  })

  it('does without a place where another library makes something else of stack traces', () => {
    Error.prepareStackTrace = (_error, sites) => sites
    expect(whereOf(origin())).toBe('an unknown place')
  })
})
