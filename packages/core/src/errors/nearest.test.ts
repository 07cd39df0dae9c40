import { describe, expect, it } from 'vitest'
import { nearest, suggestion } from './nearest.js'

const ids = ['ats', 'ce', 'kd', 'standardised']

describe('nearest', () => {
  it.each([
    ['kdd', 'kd'],
    ['KD', 'kd'],
    ['dk', 'kd'],
    ['atz', 'ats'],
    ['standardized', 'standardised'],
    ['standrdsed', 'standardised'],
  ])('takes %s for %s', (typed, meant) => expect(nearest(typed, ids)).toBe(meant))

  it.each(['contrastive', 'relation', 'xylophone'])('offers nothing for %s', (typed) =>
    expect(nearest(typed, ids)).toBeUndefined(),
  )

  it('finds a name whatever its own capitals', () => {
    expect(nearest('lr', ['LR', 'momentum'])).toBe('LR')
    expect(nearest('epochstrat', ['epochEnd', 'epochStart'])).toBe('epochStart')
  })

  it('has nothing to offer when nothing is known', () => expect(nearest('kd', [])).toBeUndefined())
})

describe('suggestion', () => {
  it('lists what is known in order', () => {
    expect(suggestion('kdd', ['kd', 'ats'])).toBe('Did you mean "kd"? Known: ats, kd.')
    expect(suggestion('xylophone', ['kd', 'ats'])).toBe('Known: ats, kd.')
    expect(suggestion('kd', [])).toBe('None is known.')
  })
})
