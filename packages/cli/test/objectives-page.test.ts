import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/objectives.md'), 'utf8')
const blocks = [...PAGE.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code)
const ids = blocks.map((code) => /id: '(\w+)'/.exec(code)?.[1] ?? '')

test('every method of the page on objectives trains', async () => {
  const files = Object.fromEntries(blocks.map((code, i) => [`block${i}.ts`, code]))
  const plugin = [
    `import { definePlugin } from '@umbra/core'`,
    ...ids.map((id, i) => `import { ${id} } from './block${i}.ts'`),
    `export default definePlugin({ name: 'page', version: '1.0.0', contract: 1, provides: [${ids.join(', ')}] })`,
  ]
  const cnn = { id: 'cnn', options: { width: 2 } }
  const config = {
    ...{ engine: 'wasm', dataset: { id: 'digits', trainLimit: 18, testLimit: 16 }, plugins: ['./page.ts'] },
    teachers: [{ model: cnn, train: { epochs: 1, batch: 16 } }],
    ...{ student: { model: cnn }, methods: ids, baselines: false, seeds: [0], validation: false },
    recipe: { epochs: 1, batch: 8 },
  }
  const cwd = folderWith({
    ...files,
    'page.ts': plugin.join('\n'),
    'umbra.config.json': JSON.stringify(config),
  })
  const { code, out, err } = await runCli(['compare', '--json', '--quiet'], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { record } = JSON.parse(out) as {
    record: { pairs: { methods: { id: string; arms: { failed?: object }[] }[] }[] }
  }
  expect(record.pairs[0]?.methods.map(({ id, arms }) => [id, arms.map(({ failed }) => failed)])).toEqual(
    ids.map((id) => [id, [undefined]]),
  )
})
