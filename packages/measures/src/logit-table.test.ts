import { describe, expect, it } from 'vitest'
import { tableOf } from '../test/table-of.js'
import { checkLogitTable } from './logit-table.js'

describe('checkLogitTable', () => {
  const table = tableOf(
    [
      [1, 2],
      [3, 4],
    ],
    [0, 1],
  )
  it.each([
    ['one class', { ...table, classes: 1 }],
    ['too few logits', { ...table, logits: new Float64Array(3) }],
    ['a label that is no class', { ...table, labels: Int32Array.of(0, 2) }],
    ['a logit that is not finite', { ...table, logits: Float64Array.of(1, NaN, 3, 4) }],
    ['no sample', { ...table, logits: new Float64Array(0), labels: new Int32Array(0) }],
  ])('refuses %s', (_, wrong) => {
    expect(() => checkLogitTable(wrong, 'logits')).toThrow(expect.objectContaining({ code: 'UMBRA_OPTION' }))
  })
  it('passes a proper one', () => {
    expect(() => checkLogitTable(table, 'logits')).not.toThrow()
  })
})
