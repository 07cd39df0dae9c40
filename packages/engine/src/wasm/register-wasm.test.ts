import * as tf from '@tensorflow/tfjs-core'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { registerWasm } from './register-wasm.js'

describe('registerWasm', () => {
  it('registers once, however often it is called', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await Promise.all([registerWasm(), registerWasm()])
    const kernel = tf.getKernel('Conv2DBackpropFilter', 'wasm')
    await registerWasm()
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBe(kernel)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('lacks no kernel of the cpu backend but those of complex numbers, ragged tensors, text and drawing', async () => {
    await registerWasm()
    await import('@tensorflow/tfjs-backend-cpu')
    const names = (backend: string) => tf.getKernelsForBackend(backend).map((kernel) => kernel.kernelName)
    const there = new Set(names('wasm'))
    expect(
      names('cpu')
        .filter((name) => !there.has(name))
        .sort(),
    ).toEqual([
      'Complex',
      'ComplexAbs',
      'Draw',
      'FFT',
      'IFFT',
      'Imag',
      'RaggedGather',
      'RaggedRange',
      'RaggedTensorToTensor',
      'Real',
      'StaticRegexReplace',
    ])
  })

  it('gives a backend that starts, with SIMD', async () => {
    await registerWasm()
    expect(await tf.setBackend('wasm')).toBe(true)
    expect(tf.getBackend()).toBe('wasm')
    expect(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')).toBe(true)
  })
})

describe('loops-binary.ts', () => {
  it('is what the .as files compile to', async () => {
    const script = fileURLToPath(new URL('../../scripts/build-loops.mjs', import.meta.url))
    await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({
      stderr: '',
    })
  })
})
