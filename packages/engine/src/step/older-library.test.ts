import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { type NodeBinding, nodeBackend } from '../tensorflow/node-backend.js'
import { graphStep } from './graph-step.js'

/** The addon of a library that says it is older and fails where a real one would. */
const older = (addon: NodeBinding, failing: Partial<NodeBinding>, version = '2.9.1'): NodeBinding =>
  new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === 'TF_Version') return version
        if (key in failing) return Reflect.get(failing, key) as unknown
        const value: unknown = Reflect.get(addon, key)
        return typeof value === 'function' ? (value.bind(addon) as unknown) : value
      },
    },
  ) as NodeBinding

const lacks = (message: string) => (): never => {
  throw new Error(message)
}

describe.skipIf(!hasTensorflow)(`a traced step on an older library${withoutTensorflow}`, () => {
  let addon: NodeBinding
  beforeAll(async () => {
    await createEngine('tensorflow')
    addon = nodeBackend()!.binding
  })
  afterEach(() => {
    nodeBackend()!.binding = addon
    vi.restoreAllMocks()
    tf.disposeVariables()
  })

  /** Outputs of two runs and the variable afterwards. */
  const run = (binding: NodeBinding, examples: boolean): number[] => {
    const backend = nodeBackend()!
    backend.binding = binding
    const weight = tf.variable(tf.scalar(2))
    const x = tf.scalar(3)
    const other = tf.scalar(5)
    const step = graphStep(
      backend,
      ({ x }) => {
        weight.assign(tf.mul(weight, x!))
        return { y: tf.clone(weight) }
      },
      { name: 'test', ...(examples ? { examples: [{ x }, { x: other }] as const } : {}) },
    )
    const outputs = [step.run({ x }), step.run({ x })].map(({ y }) => y!.dataSync()[0]!)
    step.pull()
    step.dispose()
    return [...outputs, weight.dataSync()[0]!]
  }

  it('runs operation by operation where the graph does not load or its first run fails, and says so once', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const unknownOp = { loadSavedModel: lacks("Op type not registered 'New' in binary") }
    expect(run(older(addon, unknownOp), true)).toEqual([6, 18, 18])
    expect(run(older(addon, unknownOp), false)).toEqual([6, 18, 18])
    const noKernel: Partial<NodeBinding> = {
      runSavedModel: (id, inputs, names, outputs) => {
        if (outputs.endsWith('updated')) lacks("No OpKernel was registered to support Op 'Conv2D'")()
        return addon.runSavedModel(id, inputs, names, outputs)
      },
    }
    expect(run(older(addon, noKernel), true)).toEqual([6, 18, 18])
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]![0]).toMatch(
      /2\.9\.1 cannot run step "test" as one graph \(.*'New'.*umbra engine install/,
    )
  })

  it('keeps an error that is of another kind, and every error of a current library', () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const full = { loadSavedModel: lacks('No space left on device') }
    expect(() => run(older(addon, full), true)).toThrow(UmbraError)
    const unknownOp = { loadSavedModel: lacks("Op type not registered 'New' in binary") }
    expect(() => run(older(addon, unknownOp, '2.21.0'), true)).toThrow(UmbraError)
  })
})
