import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { diagnose } from '../diagnose.js'
import { hasWebgpu, withoutWebgpu } from '../testing/webgpu.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { loadDawn } from './dawn.js'
import { probeWebgpu } from './probe-webgpu.js'

const empty = temporaryFolder()

describe('without the package webgpu', () => {
  it('names the command that installs it', async () => {
    await expect(loadDawn(undefined)).rejects.toMatchObject({
      code: 'UMBRA_ENGINE_UNAVAILABLE',
      message: expect.stringContaining('npm install webgpu') as string,
    })
  })

  it('says so for a package that does not load', async () => {
    await expect(loadDawn(`${empty}/none.js`)).rejects.toMatchObject({ code: 'UMBRA_ENGINE_UNAVAILABLE' })
    expect(await probeWebgpu(`${empty}/none.js`)).toMatchObject({ available: false })
  })
})

describe.skipIf(!hasWebgpu)(`the webgpu engine${withoutWebgpu}`, () => {
  it('computes, is read by awaiting, and is named by doctor', async () => {
    const engine = await createEngine('webgpu')
    expect(engine.info).toMatchObject({ id: 'webgpu', deterministic: false })
    expect(engine.info.detail).toMatch(/^WebGPU, ./)
    const x = tf.ones([64, 64])
    const { y } = engine.compile(({ x }) => ({ y: tf.matMul(x!, x!) }), { name: 'test' }).run({ x })
    expect(() => y!.dataSync()).toThrow(/awaited/)
    expect((await y!.data())[0]).toBe(64)
    const state = (await diagnose()).engines.find(({ id }) => id === 'webgpu')
    expect(state).toMatchObject({ available: true })
  })

  it('leaves no navigator.gpu behind', () => {
    expect((globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu).toBeUndefined()
  })
})
