import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

/** The definitions on a page of the documentation, by the names they are exported under. */
const blocksOf = (page: string): readonly (readonly [name: string, code: string])[] => {
  const text = readFileSync(resolve(import.meta.dirname, `../../../docs/${page}`), 'utf8')
  return [...text.matchAll(/```ts\n([^]*?)```/g)].flatMap(([, code = '']) => {
    const name = /export const (\w+) = define/.exec(code)?.[1]
    return name === undefined ? [] : [[name, code] as const]
  })
}

const idOf = (code: string): string => /id: '([\w-]+)'/.exec(code)?.[1] ?? ''

/** Files of a project whose plugin provides what a page defines. */
const projectOf = (page: string, config: Readonly<Record<string, unknown>>): Record<string, string> => {
  const blocks = blocksOf(page)
  const plugin = [
    `import { definePlugin } from '@umbra/core'`,
    ...blocks.map(([name]) => `import { ${name} } from './${name}.ts'`),
    `export default definePlugin({ name: 'page', version: '1.0.0', contract: 1, provides: [${blocks.map(([name]) => name).join(', ')}] })`,
  ]
  return {
    ...Object.fromEntries(blocks.map(([name, code]) => [`${name}.ts`, code])),
    'page.ts': plugin.join('\n'),
    'umbra.config.json': smallConfig({ plugins: ['./page.ts'], ...config }),
  }
}

test('every metric of its page has figures, in the record and in the table', async () => {
  const ids = blocksOf('metrics.md').map(([, code]) => idOf(code))
  expect(ids.length).toBeGreaterThan(0)
  const metrics = [...ids, 'macro-f1', { id: 'ece', options: { bins: 5 } }, 'class-accuracy']
  const cwd = folderWith(projectOf('metrics.md', { metrics }))
  const { code, out, err } = await runCli(['compare', '--json', '--quiet'], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { record } = JSON.parse(out) as {
    record: { pairs: { methods: { arms: { metrics: { final: Record<string, unknown> } }[] }[] }[] }
  }
  const figures = record.pairs[0]!.methods[0]!.arms[0]!.metrics.final
  expect(Object.keys(figures)).toEqual([...ids, 'macro-f1', 'ece', 'class-accuracy'])
  const again = await runCli(['compare', '--resume', '--metrics', 'macro-f1,nll'], { cwd })
  expect(again).toMatchObject({ code: 0 })
  expect(again.out).toMatch(/Macro F1, %\s+NLL, nats/)
  expect(again.out).not.toContain('Calibration error')
})

test('every optimiser of its page trains', async () => {
  const ids = blocksOf('optimisers.md').map(([, code]) => idOf(code))
  expect(ids.length).toBeGreaterThan(0)
  const cwd = folderWith(projectOf('optimisers.md', {}))
  for (const id of ids) {
    const set = ['--set', `recipe.optimiser.kind=${id}`, '--set', 'recipe.optimiser.lr=0.002', '--name', id]
    const { code, out, err } = await runCli(['compare', '--json', '--quiet', ...set], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { record } = JSON.parse(out) as { record: { recipe: { optimiser: object } } }
    expect(record.recipe.optimiser).toMatchObject({ kind: id, lr: 0.002 })
  }
})

test('every schedule of its page trains', async () => {
  const ids = blocksOf('schedules.md').map(([, code]) => idOf(code))
  expect(ids.length).toBeGreaterThan(0)
  const cwd = folderWith(projectOf('schedules.md', {}))
  for (const id of ids) {
    const set = ['--set', `recipe.schedule.kind=${id}`, '--name', id]
    const { code, out, err } = await runCli(['compare', '--json', '--quiet', ...set], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { record } = JSON.parse(out) as { record: { recipe: { schedule: { kind: string } } } }
    expect(record.recipe.schedule.kind).toBe(id)
  }
})
