import type { ArmResult, ComparisonRecord, MethodFigures } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import { earlierFigures, mergeRecords } from './merge-records.js'

const arm = (label: string, seed: number): ArmResult =>
  ({ arm: `${label}-s${seed}`, label, seed, hash: `${label}${seed}` }) as ArmResult
const method = (label: string, seeds: readonly number[], options = {}): MethodFigures => ({
  ...{ id: label, label, options },
  arms: seeds.map((seed) => arm(label, seed)),
})
const record = (methods: readonly MethodFigures[], seeds: readonly number[], id = 'p') =>
  ({ seeds, pairs: [{ id, student: {}, teachers: [], methods }] }) as unknown as ComparisonRecord
const armsOf = ({ pairs }: ComparisonRecord) =>
  pairs.flatMap(({ methods }) => methods.flatMap(({ arms }) => arms.map((each) => each.arm)))

test('narrowing methods and seeds loses nothing', () => {
  const earlier = record([method('ce', [0, 1]), method('kd', [0, 1])], [0, 1])
  const kept = earlierFigures(earlier, new Set(['kd-s1']), () => true)
  expect(kept.dropped).toEqual([])
  const merged = mergeRecords(record([method('kd', [1])], [1]), kept)
  expect(merged.seeds).toEqual([0, 1])
  expect(armsOf(merged)).toEqual(['kd-s0', 'kd-s1', 'ce-s0', 'ce-s1'])
})

test('what would be trained otherwise now is left out and named', () => {
  const earlier = record([method('kd', [0, 1])], [0, 1])
  const kept = earlierFigures(earlier, new Set(['kd-s0']), (_pair, _method, { seed }) => seed !== 1)
  expect(kept).toEqual({ pairs: [], dropped: ['kd-s1'] })
})

test('arms of one label are of one choice of options', () => {
  const kept = earlierFigures(record([method('kd', [1], { temperature: 2 })], [1]), new Set(), () => true)
  expect(armsOf(mergeRecords(record([method('kd', [0])], [0]), kept))).toEqual(['kd-s0'])
})

test('a pair of an earlier session stays', () => {
  const kept = earlierFigures(record([method('kd', [0])], [0], 'q'), new Set(), () => true)
  expect(mergeRecords(record([method('kd', [1])], [1]), kept).pairs.map(({ id }) => id)).toEqual(['p', 'q'])
})
