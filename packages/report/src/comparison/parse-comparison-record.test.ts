import { omit } from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../../test/example-record.js'
import { parseComparisonRecord } from './parse-comparison-record.js'

describe('parseComparisonRecord', () => {
  it('gives back what was written', () => {
    expect(parseComparisonRecord(JSON.stringify(exampleRecord()), 'record.json')).toEqual(exampleRecord())
  })

  it('takes null for a figure that was not a number, and leaves out what it does not know', () => {
    const known = { ...exampleRecord({ pairs: 0 }), seconds: Number.NaN }
    const record = { ...known, later: { more: 1 } }
    expect(parseComparisonRecord(JSON.stringify(record), 'record.json')).toEqual(known)
  })

  it('refuses a record of another version in one line', () => {
    const first = omit(exampleRecord({ pairs: 0 }), ['format'])
    for (const [record, format] of [
      [first, 'format 1'],
      [{ ...first, format: 2 }, 'format 2'],
    ] as const) {
      const parse = () => parseComparisonRecord(JSON.stringify(record), 'runs/first/record.json')
      expect(parse).toThrow(expect.objectContaining({ code: 'UMBRA_RUN_FORMAT' }))
      expect(parse).toThrow(
        `runs/first/record.json was written by another version of Umbra: expected format 3, received ${format}`,
      )
    }
  })

  it.each([
    ['', 'it is empty'],
    ['null', 'the record'],
    [JSON.stringify({ ...exampleRecord({ pairs: 0 }), pairs: {} }), 'pairs'],
    [JSON.stringify({ ...exampleRecord({ pairs: 0 }), name: 7 }), 'name'],
  ])('names the file and what is wrong: %s', (json, told) => {
    const parse = () => parseComparisonRecord(json, 'runs/first/record.json')
    expect(parse).toThrow(expect.objectContaining({ code: 'UMBRA_FILE_CORRUPT' }))
    expect(parse).toThrow(/runs\/first\/record\.json/)
    expect(parse).toThrow(told)
  })
})
