import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UmbraError, tf } from '@umbra/core'
import { assemble, loadModel } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { vision } from '../src/index.js'

/** Files that PyTorch wrote, which are not part of the repository. */
const folder = fileURLToPath(new URL('../../../../shared/cases/weights/', import.meta.url))
const has = (name: string): boolean => existsSync(folder + name)
const hasExpected = has('expected.json')

interface Expected {
  readonly model: { readonly id: string; readonly options: Readonly<Record<string, unknown>> }
  readonly logits: readonly (readonly number[])[]
}
const expected: Expected = hasExpected
  ? (JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected)
  : { model: { id: 'resnet8', options: {} }, logits: [] }

beforeAll(useCpuBackend)

const PIXELS = 32 * 32 * 3
/** Byte i of image n by the formula of the files' description, normalised. */
const input = (): Float32Array =>
  Float32Array.from({ length: 2 * PIXELS }, (_, at) => {
    const [i, n] = [BigInt(at % PIXELS), at < PIXELS ? 0n : 1n]
    return (Number(((i * 2654435761n + n * 40503n) >> 24n) & 255n) / 255 - 0.5) / 0.25
  })

async function load(
  name: string,
): Promise<{ readonly logits: readonly number[]; readonly notices: string[] }> {
  const notices: string[] = []
  const dataset = { shape: [32, 32, 3], classes: Array.from('abcdefghij') } as const
  const { model } = await loadModel(assemble([vision]), expected.model, folder + name, dataset, {
    notice: (text) => void notices.push(text),
  })
  const logits = tf.tidy(() => {
    const out = model.predict(tf.tensor(input(), [2, 32, 32, 3]))
    return Array.isArray(out) ? [] : [...out.dataSync()]
  })
  model.dispose()
  return { logits, notices }
}

const largestDifference = (logits: readonly number[]): number =>
  logits.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected.logits.flat()[i] ?? NaN))), 0)

const title = hasExpected ? '' : ' (skipped: needs the folder shared/cases/weights)'
describe.runIf(hasExpected)(`weights as people have them${title}`, () => {
  const readable: readonly [string, string[]][] = [
    ['plain.pt', []],
    ['compiled.pt', []],
    ['net-prefix.pt', []],
    ['lightning.ckpt', []],
    ['best.pth.tar', []],
    ['pytorch_model.bin', []],
    ['tuple.pt', []],
    ['averaged-only.pt', ['averaged-only.pt: the averaged weights in "model_ema" are used']],
    [
      'raw-and-averaged.pth.tar',
      [
        'raw-and-averaged.pth.tar: the averaged weights in "state_dict_ema" are used, not the raw ones in "state_dict"',
      ],
    ],
    [
      'with-u8-and-bool.safetensors',
      [
        expect.stringMatching(
          /^with-u8-and-bool.safetensors: skipped .*\(U8\).*\(BOOL\)|\(BOOL\).*\(U8\)/,
        ) as string,
      ],
    ],
  ]
  it.each(readable.filter(([name]) => has(name)))('%s gives the logits of PyTorch', async (name, said) => {
    const { logits, notices } = await load(name)
    expect(logits).toHaveLength(20)
    expect(largestDifference(logits)).toBeLessThan(1e-4)
    expect(notices).toEqual(said)
  })

  it.runIf(has('expanded-bias.pt'))('expanded-bias.pt is read, and gives other logits', async () => {
    const { logits } = await load('expanded-bias.pt')
    expect(logits.every(Number.isFinite)).toBe(true)
    expect(largestDifference(logits)).toBeGreaterThan(1e-3)
  })

  const refused: readonly [string, string, RegExp][] = [
    ['no-bias.pt', 'UMBRA_WEIGHTS_MISMATCH', /received no fc\.bias\. The file is incomplete/],
    [
      'no-running-statistics.pt',
      'UMBRA_WEIGHTS_MISMATCH',
      /no bn1\.running_mean.*statistics of batch normalisation, without which/,
    ],
    ['one-nan.pt', 'UMBRA_WEIGHTS_VALUES', /tensor "layer2\.0\.conv1\.weight" of one-nan\.pt.*NaN/],
  ]
  it.each(refused.filter(([name]) => has(name)))(
    '%s is refused for its fault',
    async (name, code, message) => {
      const problem = await load(name).catch((error: unknown) => error)
      expect(problem).toBeInstanceOf(UmbraError)
      expect(problem).toMatchObject({ code, message: expect.stringMatching(message) as string })
      expect((problem as UmbraError).message).not.toContain('shortcut')
    },
  )
})
