import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { type Plugin, defineMethod, definePlugin, z } from '@umbra/core'
import { assemble, crossEntropyObjective } from '@umbra/core/trainer'
import { compare, newRuns, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

/** A method that counts how often its assistants are asked for, which composing does once, and its objectives made. */
function counted(): { readonly plugin: Plugin; readonly counts: Record<string, number> } {
  const counts: Record<string, number> = {}
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1)
  const method = defineMethod({
    ...{ id: 'counted', title: 'Counted', summary: 'For tests.', formula: '-', teachers: { min: 0, max: 9 } },
    options: z.strictObject({
      factor: z
        .number()
        .default(1)
        .transform((factor) => {
          count(`parsed ${factor}`)
          return factor
        }),
    }),
    objective: ({ factor }) => {
      count(`objective ${factor}`)
      return crossEntropyObjective()
    },
  })
  return {
    counts,
    plugin: definePlugin({ name: 'counted', version: '1.0.0', contract: 1, provides: [method] }),
  }
}

it('composes a method once for a pair and its options, whatever its number of arms', async () => {
  const { plugin, counts } = counted()
  const registry = assemble([toyPlugin, plugin])
  const config = { methods: ['counted'], seeds: [0, 1, 2], teachers: [] }
  await compare(toyComparison(newRuns(), config, { registry }))
  // Composed, asked for its memory, recorded and rehearsed once, and an objective for each of three arms.
  expect(counts).toEqual({ 'parsed 1': 1, 'objective 1': 7 })
})

it('composes a candidate of a search once; the options found are not composed again', async () => {
  const { plugin, counts } = counted()
  const registry = assemble([toyPlugin, plugin])
  const methods = [{ id: 'counted', search: { factor: [2, 3] } }]
  const config = { methods, seeds: [0], teachers: [], search: { seeds: [7, 8] } }
  const { record } = await compare(toyComparison(newRuns(), config, { registry }))
  const { factor } = record.pairs[0]!.methods[0]!.options
  const other = factor === 2 ? 3 : 2
  // Once composed, asked, recorded and rehearsed, two trials; the better one has the arm of the comparison too. `1` stands for the method unsearched.
  expect(counts).toMatchObject({
    'objective 1': 4,
    [`objective ${String(factor)}`]: 6,
    [`objective ${other}`]: 5,
  })
})

it('checks options once: what a transform made of them is not transformed again', async () => {
  const used: number[] = []
  const doubled = defineMethod({
    ...{ id: 'doubled', title: 'D', summary: 'For tests.', formula: '-', teachers: { min: 0, max: 9 } },
    options: z.strictObject({ factor: z.number().transform((factor) => 2 * factor) }),
    objective: ({ factor }) => {
      used.push(factor)
      return crossEntropyObjective()
    },
  })
  const plugin = definePlugin({ name: 'doubled', version: '1.0.0', contract: 1, provides: [doubled] })
  const methods = [1, 2].map((factor) => ({ id: 'doubled', label: `d${factor}`, options: { factor } }))
  const input = toyComparison(newRuns(), { methods, seeds: [0], teachers: [] })
  const { record } = await compare({ ...input, registry: assemble([toyPlugin, plugin]) })
  expect(used.sort()).toEqual([2, 2, 2, 2, 2, 4, 4, 4, 4, 4])
  expect(record.pairs[0]!.methods.map(({ options }) => options)).toEqual([{ factor: 2 }, { factor: 4 }])
})

it('refuses a run folder of an earlier version in one line; --overwrite starts it again', async () => {
  const runs = newRuns()
  const config = { methods: ['plain'], seeds: [0], teachers: [] }
  await compare(toyComparison(runs, config))
  const path = join(runs, 'test', 'run.json')
  const written = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  expect(written.format).toBe(3)
  // The first versions wrote neither.
  writeFileSync(path, JSON.stringify({ ...written, format: undefined, checksum: undefined }))
  const resumed = compare(toyComparison(runs, config, { resume: true }))
  await expect(resumed).rejects.toMatchObject({ code: 'UMBRA_RUN_FORMAT' })
  await expect(resumed).rejects.toThrow(
    /test was begun by another version of Umbra: expected format 3, received format 1\. Use --overwrite [^\n]+$/,
  )
  await compare(toyComparison(runs, config, { overwrite: true }))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ format: 3 })
})

it('trains an arm again whose result in the store has another shape', async () => {
  const runs = newRuns()
  const config = { methods: ['plain'], seeds: [0], teachers: [] }
  const { record } = await compare(toyComparison(runs, config))
  const { hash, final } = record.pairs[0]!.methods[0]!.arms[0]!
  const stored = join(runs, '.store', hash, 'result.json')
  const { final: evaluation, ...rest } = JSON.parse(readFileSync(stored, 'utf8')) as Record<string, unknown>
  writeFileSync(stored, JSON.stringify({ ...rest, evaluation }))
  const again = await compare(toyComparison(runs, { ...config, name: 'again' }))
  expect(again.record.pairs[0]!.methods[0]!.arms[0]!.final).toEqual(final)
})
