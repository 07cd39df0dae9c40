import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRates } from './rates.js'

const folder = (): string => mkdtempSync(join(tmpdir(), 'umbra-rates-'))
const engine = { id: 'cpu', detail: 'plain JavaScript' } as const
const basis = {
  student: { id: 'toy', options: {} },
  teachers: [],
  shape: [6, 6, 1],
  batch: 8,
  threads: 1,
  processes: 1,
}

test('a measured pace is there at once, and after saving for the next run on the same engine', async () => {
  const store = folder()
  const rates = openRates(store, engine)
  expect(rates.get(basis)).toBeUndefined()
  rates.set(basis, 2.5)
  expect(rates.get(basis)).toBe(2.5)
  await rates.save()
  expect(openRates(store, engine).get(basis)).toBe(2.5)
  expect(openRates(store, engine).get({ ...basis, batch: 9 })).toBeUndefined()
  expect(openRates(store, { ...engine, detail: 'another' }).get(basis)).toBeUndefined()
})

test.each([0, -1, NaN, Infinity])(
  'a pace of %d is none: it changes nothing and is not saved',
  async (pace) => {
    const store = folder()
    const rates = openRates(store, engine)
    rates.set(basis, pace)
    expect(rates.get(basis)).toBeUndefined()
    await rates.save()
    expect(existsSync(join(store, 'rates.json'))).toBe(false)
    rates.set(basis, 3)
    rates.set(basis, pace)
    expect(rates.get(basis)).toBe(3)
  },
)

test('saving keeps what another process has saved meanwhile', async () => {
  const store = folder()
  const [one, two] = [openRates(store, engine), openRates(store, engine)]
  one.set(basis, 1)
  two.set({ ...basis, batch: 16 }, 2)
  await one.save()
  await two.save()
  const both = openRates(store, engine)
  expect([both.get(basis), both.get({ ...basis, batch: 16 })]).toEqual([1, 2])
})

test.each(['no JSON', '{"a": 0}', '{"a": "1"}'])(
  'a file with %s counts as empty, and is written over',
  async (text) => {
    const store = folder()
    writeFileSync(join(store, 'rates.json'), text)
    const rates = openRates(store, engine)
    expect(rates.get(basis)).toBeUndefined()
    rates.set(basis, 4)
    await rates.save()
    expect(Object.values(JSON.parse(readFileSync(join(store, 'rates.json'), 'utf8')) as object)).toEqual([4])
  },
)
