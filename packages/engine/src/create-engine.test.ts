import * as tf from '@tensorflow/tfjs-core'
import type { EngineId } from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { ENGINE_ORDER, createEngine } from './create-engine.js'
import { type EngineDiagnosis, choice, diagnose } from './diagnose.js'
import { hasTensorflow, withoutTensorflow } from './testing/engines.js'

describe('createEngine', () => {
  it.each(['cpu', 'wasm'] as const)('makes %s the current engine', async (id) => {
    const engine = await createEngine(id)
    expect(engine.info).toMatchObject({ id, deterministic: true })
    expect(tf.getBackend()).toBe(id)
    const { y } = engine.compile(({ x }) => ({ y: tf.add(x!, 1) }), { name: 'test' }).run({ x: tf.scalar(1) })
    expect(y?.dataSync()[0]).toBe(2)
  })

  it.skipIf(!hasTensorflow)(`takes tensorflow for auto${withoutTensorflow}`, async () => {
    const engine = await createEngine('auto')
    expect(engine.info.id).toBe('tensorflow')
    expect(engine.info.detail).toMatch(
      /^libtensorflow \d+\.\d+\.\d+, oneDNN (on|off|unknown)(, [A-Z0-9_]+)?, (\d+ threads?|GPU)$/,
    )
    const { library } = engine.info
    expect(engine.info.detail).toContain(`libtensorflow ${library?.version}, oneDNN ${library?.oneDnn}`)
    expect(library?.threads).toBeGreaterThan(0)
  })

  it.each(['tensorflw', 'toString'])('offers the engines there are for "%s"', async (name) => {
    await expect(createEngine(name as EngineId)).rejects.toMatchObject({
      code: 'UMBRA_UNKNOWN_ID',
      message: expect.stringMatching(/Known: auto, cpu, tensorflow, wasm, webgpu/) as string,
    })
  })
})

describe('choice', () => {
  const state = (id: EngineId, available: boolean): EngineDiagnosis => ({
    id,
    available,
    reason: `reason of ${id}`,
  })

  it('takes the first of tensorflow, wasm, cpu that is there, and says why not the better ones', () => {
    const pick = (tensorflow: boolean, wasm: boolean) =>
      choice([
        state('webgpu', true),
        state('cpu', true),
        state('wasm', wasm),
        state('tensorflow', tensorflow),
      ])
    expect(pick(true, true).id).toBe('tensorflow')
    expect(pick(false, true)).toEqual({
      id: 'wasm',
      reason: 'The next best: tensorflow: reason of tensorflow',
    })
    expect(pick(false, false).id).toBe('cpu')
    expect(pick(false, false).reason).toMatch(/reason of tensorflow; wasm: reason of wasm/)
  })
})

describe('diagnose', () => {
  it('names every engine and agrees with what auto takes', async () => {
    const diagnosis = await diagnose()
    expect(diagnosis.engines.map((engine) => engine.id)).toEqual([...ENGINE_ORDER, 'webgpu'])
    const { info } = await createEngine('auto')
    expect(info.id).toBe(diagnosis.auto.id)
    expect(diagnosis.library).toEqual(info.library)
    expect(diagnosis.node).toBe(process.versions.node)
    for (const engine of diagnosis.engines) {
      expect(engine.reason).not.toBe('')
      if (!engine.available) expect(engine.remedy).toBeDefined()
    }
  })
})
