import { expect, it } from 'vitest'
import { frozenCopy } from './frozen-copy.js'

it('freezes objects and arrays at every depth, and leaves the original alone', () => {
  const original = { result: { top1: 0.5 }, list: [{ epoch: 0 }] }
  const copy = frozenCopy(original)
  expect(copy).toEqual(original)
  expect(() => {
    copy.result.top1 = 1
  }).toThrow(TypeError)
  expect(() => copy.list.push({ epoch: 1 })).toThrow(TypeError)
  expect(() => {
    copy.list[0]!.epoch = 1
  }).toThrow(TypeError)
  original.result.top1 = 0.25
  expect(copy.result.top1).toBe(0.5)
})

it('passes on what is no plain object', () => {
  const [map, bytes, call] = [new Map(), Uint8Array.of(1), (): void => undefined]
  const copy = frozenCopy({ map, bytes, call, none: null })
  expect([copy.map, copy.bytes, copy.call, copy.none]).toEqual([map, bytes, call, null])
  expect(copy.map).toBe(map)
  expect(copy.bytes).toBe(bytes)
})
