import { listEngines } from '@umbra/engine'
import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, pluginSource, smallConfig } from './workspace.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'

describe.skipIf(!here)(`a method that is not pure tensor code, on tensorflow${title}`, () => {
  const pure = 'crossEntropy(tf.logSoftmax(student.logits), labels)'
  const impure = pluginSource({ typed: true }).replace(pure, `tf.mul(${pure}, Math.random())`)
  const line = impure.split('\n').findIndex((text) => text.includes('Math.random')) + 1
  const folder = (): string =>
    folderWith({
      'own.ts': impure,
      'umbra.config.json': smallConfig({ engine: 'tensorflow', methods: ['own-method'] }),
    })
  const words = ['compare', '--plugin', './own.ts', '--quiet']

  test('is refused in a line that names the method, the file and the line', async () => {
    const { code, out, err } = await runCli(words, { cwd: folder() })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^stopped [^\n]+\nerror UMBRA_STEP_IMPURE: method "own-method" [^\n]+\n$/)
    expect(err).toContain(`own.ts:${line}:`)
  })

  test('runs with --no-compile', async () => {
    const { code, err } = await runCli([...words, '--no-compile'], { cwd: folder() })
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
