import * as tf from '@tensorflow/tfjs-core'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { enginesDir, listEngines } from './installed.js'

// As on a machine with a device: the library for GPUs comes first.
vi.mock(import('./gpu-state.js'), async (original) => ({ ...(await original()), hasGpuDevice: () => true }))

describe.skipIf(!hasTensorflow)(`a library for GPUs that does not load${withoutTensorflow}`, () => {
  it('gives way to the installed one for processors, and the engine says so', async () => {
    const real = listEngines().find(({ gpu }) => !gpu)!
    const cache = temporaryFolder()
    const [gpu, cpu] = ['2.21.0-gpu', '2.20.0'].map((name) => join(enginesDir(cache), name)) as [
      string,
      string,
    ]
    for (const folder of [gpu, cpu]) mkdirSync(folder, { recursive: true })
    const manifest = JSON.parse(readFileSync(join(real.folder, 'manifest.json'), 'utf8')) as object
    writeFileSync(join(gpu, 'manifest.json'), JSON.stringify({ ...manifest, gpu: true }))
    writeFileSync(join(gpu, 'tfjs_binding.node'), 'no library')
    copyFileSync(join(real.folder, 'manifest.json'), join(cpu, 'manifest.json'))
    symlinkSync(join(real.folder, 'tfjs_binding.node'), join(cpu, 'tfjs_binding.node'))
    vi.stubEnv('UMBRA_CACHE', cache)
    expect(listEngines().map(({ name }) => name)).toEqual(['2.21.0-gpu', '2.20.0'])
    const engine = await createEngine('auto')
    vi.unstubAllEnvs()
    expect(engine.info.id).toBe('tensorflow')
    expect(engine.info.detail).toMatch(/not used: tensorflow engine 2\.21\.0-gpu: ./)
    expect(tf.add(1, 2).dataSync()[0]).toBe(3)
  })
})
