import * as tf from '@tensorflow/tfjs-core'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../create-engine.js'
import { diagnose } from '../diagnose.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { expectSame } from '../testing/traced.js'
import { BINDING, installedBinding } from './binding-source.js'
import { listEngines } from './installed.js'
import { findStock, wantsStock } from './stock-package.js'

const root = temporaryFolder()
let count = 0

/** A project with a tfjs-node in it, as far as its install script came. */
function project(name: string, built: { addon?: string; library?: boolean; version?: string } = {}): string {
  const folder = join(root, `project-${count++}`)
  const stock = join(folder, 'node_modules', ...name.split('/'))
  mkdirSync(join(stock, 'lib', 'napi-v8'), { recursive: true })
  mkdirSync(join(stock, 'deps', 'lib'), { recursive: true })
  const version = built.version ?? BINDING.version
  writeFileSync(join(stock, 'package.json'), JSON.stringify({ name, version }))
  symlinkSync(join(installedBinding()!, 'dist'), join(stock, 'dist'))
  if (built.addon !== undefined) symlinkSync(built.addon, join(stock, 'lib', 'napi-v8', 'tfjs_binding.node'))
  if (built.library === true) writeFileSync(join(stock, 'deps', 'lib', 'libtensorflow.so.2'), '')
  return folder
}

describe('UMBRA_TENSORFLOW', () => {
  it('asks for the stock library with "stock", and refuses other values', () => {
    expect([wantsStock({}), wantsStock({ UMBRA_TENSORFLOW: '' })]).toEqual([false, false])
    expect(wantsStock({ UMBRA_TENSORFLOW: 'stock' })).toBe(true)
    expect(() => wantsStock({ UMBRA_TENSORFLOW: 'stcok' })).toThrow(/UMBRA_TENSORFLOW.*stcok.*"stock"/s)
  })
})

describe('findStock', () => {
  const unavailable = (received: RegExp) =>
    expect.objectContaining({
      code: 'UMBRA_ENGINE_UNAVAILABLE',
      message: expect.stringMatching(received) as string,
    }) as Error

  it('says what is installed without its addon, and which command builds it', () => {
    const folder = project('@tensorflow/tfjs-node')
    expect(() => findStock(folder)).toThrow(unavailable(/tfjs-node \d[\d.]* without its addon.*npm rebuild/s))
  })

  it('says where the library is missing', () => {
    const folder = project('@tensorflow/tfjs-node', { addon: process.execPath })
    expect(() => findStock(folder)).toThrow(unavailable(/without its libtensorflow/))
  })

  it('takes the one for GPUs before the other', () => {
    const built = { addon: process.execPath, library: true }
    expect(findStock(project('@tensorflow/tfjs-node', built))).toMatchObject({ gpu: false })
    const folder = project('@tensorflow/tfjs-node-gpu', built)
    symlinkSync(
      findStock(project('@tensorflow/tfjs-node', built)).folder,
      join(folder, 'node_modules', '@tensorflow', 'tfjs-node'),
    )
    expect(findStock(folder)).toMatchObject({ name: '@tensorflow/tfjs-node-gpu', gpu: true })
  })
})

// The published library is not at hand: the installed one stands in for it, laid out as the package's install script does.
describe.skipIf(!hasTensorflow)(`the engine on a stock package${withoutTensorflow}`, () => {
  const before = process.cwd()
  beforeEach(() => vi.stubEnv('UMBRA_TENSORFLOW', 'stock'))
  afterEach(() => {
    vi.unstubAllEnvs()
    process.chdir(before)
  })

  it('is refused with --engine auto too where the package is not built', async () => {
    process.chdir(project('@tensorflow/tfjs-node'))
    await expect(createEngine('auto')).rejects.toMatchObject({ code: 'UMBRA_ENGINE_UNAVAILABLE' })
    const { auto, engines } = await diagnose()
    expect(auto).toMatchObject({
      id: 'tensorflow',
      reason: expect.stringMatching(/cannot be used/) as string,
    })
    const state = engines.find(({ id }) => id === 'tensorflow')
    expect(state).toMatchObject({
      available: false,
      remedy: expect.stringContaining('npm rebuild') as string,
    })
  })

  it('loads its addon from there, computes, and runs a traced step', async () => {
    const addon = join(listEngines()[0]!.folder, 'tfjs_binding.node')
    const folder = project('@tensorflow/tfjs-node', { addon, library: true })
    process.chdir(folder)
    const engine = await createEngine('auto')
    expect(engine.info).toMatchObject({ id: 'tensorflow' })
    expect(engine.info.detail).toMatch(/^libtensorflow \d[\d.]* of @tensorflow\/tfjs-node \d/)
    expect(tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).dataSync()).toEqual(Float32Array.of(3, 3))
    expectSame(engine, ({ x }) => ({ y: tf.sum(tf.softmax(tf.relu(x)), 0) }))
    const state = (await diagnose()).engines.find(({ id }) => id === 'tensorflow')
    expect(state?.reason).toContain(folder)
  })
})
