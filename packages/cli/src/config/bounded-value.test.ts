import { describe, expect, it } from 'vitest'
import { boundedValue } from './bounded-value.js'

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

describe('boundedValue', () => {
  it('is the value itself, also where parts are referred to twice', () => {
    const shared = { temperature: 4 }
    const value = { methods: [shared, shared], deep: nested(90) }
    expect(boundedValue(value, 'config')).toBe(value)
  })

  it('refuses a value that contains itself, by its path', () => {
    const dataset: Record<string, unknown> = { id: 'digits' }
    dataset.options = { again: dataset }
    expect(() => boundedValue({ dataset }, 'config')).toThrow(
      'received "dataset.options.again" that contains itself',
    )
  })

  it('refuses depth that would overflow the stack', () => {
    expect(() => boundedValue({ options: nested(5000) }, 'config')).toThrow(/deeper than 100/)
  })

  it('refuses references that multiply', () => {
    let level: unknown = 'x'
    for (let i = 0; i < 12; i++) level = Array.from({ length: 9 }, () => level)
    expect(() => boundedValue({ options: level }, 'config')).toThrow(/by references to the same values/)
  })
})
