import * as tf from '@tensorflow/tfjs-core'
import type { CompiledStep, StepFunction, StepSpec } from '@umbra/core/trainer'
import type { Engine } from '@umbra/core'
import { readdirSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const folder = temporaryFolder()
let engine: Engine
describe.skipIf(!hasTensorflow)(`graphStep on tensorflow${withoutTensorflow}`, () => {
  let sum: tf.Variable
  let factor: tf.Variable
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
  })
  beforeEach(() => {
    sum = tf.variable(tf.scalar(0))
    factor = tf.variable(tf.scalar(2))
  })
  afterEach(() => {
    tf.disposeVariables()
  })

  /** sum <- sum + factor * x; returns the new sum. */
  const accumulate: StepFunction = ({ x }) => {
    sum.assign(tf.add(sum, tf.mul(factor, x!)))
    return { y: tf.clone(sum) }
  }
  const compile = (step = accumulate, spec: Partial<StepSpec> = {}): CompiledStep =>
    engine.compile(step, { name: 'test', examples: [{ x: tf.scalar(1) }, { x: tf.scalar(3) }], ...spec })
  const run = (step: CompiledStep, value: number): number => {
    const x = tf.scalar(value)
    const { y } = step.run({ x })
    const [result] = y!.dataSync()
    tf.dispose([x, y!])
    return result!
  }
  const valueOf = (variable: tf.Variable): number => variable.dataSync()[0]!

  it('keeps its state in the session until it is pulled', () => {
    const step = compile()
    expect([1, 2, 3].map((x) => run(step, x))).toEqual([2, 6, 12])
    expect(valueOf(sum)).toBe(0)
    step.pull()
    expect(valueOf(sum)).toBe(12)
    expect(run(step, 1)).toBe(14)
    step.dispose()
  })

  it('takes variables over that were changed from outside when they are pushed', () => {
    const step = compile()
    run(step, 1)
    sum.assign(tf.scalar(100))
    factor.assign(tf.scalar(10))
    expect(run(step, 1)).toBe(4)
    step.push()
    expect(run(step, 1)).toBe(110)
    step.dispose()
  })

  it('bakes the values of constants in, and of nothing else', () => {
    const step = compile(accumulate, { constants: [factor] })
    factor.assign(tf.scalar(50))
    sum.assign(tf.scalar(1))
    step.push()
    expect(run(step, 1)).toBe(3)
    step.pull()
    expect([valueOf(sum), valueOf(factor)]).toEqual([3, 50])
    step.dispose()
  })

  it('bakes in tensors from outside that are no variables', () => {
    const outside = tf.scalar(5)
    const step = compile(({ x }) => ({ y: tf.mul(x!, outside) }))
    outside.dispose()
    expect(run(step, 3)).toBe(15)
    step.dispose()
  })

  it('is independent of other compiled steps', () => {
    const [one, two] = [compile(), compile()]
    expect([run(one, 1), run(one, 1), run(two, 1)]).toEqual([2, 4, 2])
    one.dispose()
    expect(run(two, 1)).toBe(4)
    two.dispose()
  })

  it('is traced at its first run where it has no examples', () => {
    const x = tf.scalar(1)
    let calls = 0
    const step = compile(
      ({ x: input }) => {
        calls += 1
        return { y: tf.add(input!, 1) }
      },
      { examples: undefined as never },
    )
    expect(calls).toBe(0)
    step.push()
    expect([run(step, 1), run(step, 2)]).toEqual([2, 3])
    expect(calls).toBe(1)
    step.dispose()
    x.dispose()
  })

  it('runs a step without variables, and one without inputs', () => {
    const pure = compile(({ x }) => ({ y: tf.square(x!) }))
    pure.push()
    pure.pull()
    expect(run(pure, 3)).toBe(9)
    const closed = engine.compile(
      () => {
        sum.assign(tf.add(sum, 1))
        return { y: sum }
      },
      { name: 'closed', examples: [{}, {}] },
    )
    expect([closed.run({}), closed.run({})].map(({ y }) => y!.dataSync()[0])).toEqual([1, 2])
    pure.dispose()
    closed.dispose()
  })

  it('hands out tensors of their own', () => {
    const x = tf.scalar(3)
    const step = compile(({ x: input }) => ({ same: input!, again: input!, factor }))
    const outputs = step.run({ x })
    tf.dispose([x, outputs.same!])
    expect(outputs.again!.dataSync()[0]).toBe(3)
    expect(outputs.factor!.dataSync()[0]).toBe(2)
    expect(outputs.factor).not.toBe(factor)
    step.dispose()
  })

  it('disposes what a step has kept while it was traced', () => {
    const before = tf.memory().numTensors
    const step = compile(({ x }) => ({ y: tf.tidy(() => tf.keep(tf.mul(x!, 2))) }))
    // The two examples.
    expect(tf.memory().numTensors).toBe(before + 2)
    step.dispose()
  })

  it('takes inputs by their names, whatever characters those have', () => {
    const inputs = { 'seed/kd, T = 4': tf.scalar(1), 'Füße:0': tf.scalar(2) }
    const other = { 'seed/kd, T = 4': tf.scalar(3), 'Füße:0': tf.scalar(5) }
    const step = engine.compile(
      (tensors) => ({ 'metrics/kd, T = 4': tf.sub(tensors['seed/kd, T = 4']!, tensors['Füße:0']!) }),
      { name: 'a name', examples: [inputs, other] },
    )
    const reversed = Object.fromEntries(Object.entries(other).reverse())
    expect(step.run(reversed)['metrics/kd, T = 4']!.dataSync()[0]).toBe(-2)
    step.dispose()
  })

  it('tells two inputs apart that are one tensor in an example', () => {
    const one = tf.scalar(1)
    const step = engine.compile(({ a, b }) => ({ y: tf.sub(a!, b!) }), {
      name: 'test',
      examples: [
        { a: one, b: one },
        { a: one, b: tf.scalar(2) },
      ],
    })
    expect(step.run({ a: tf.scalar(7), b: tf.scalar(5) }).y!.dataSync()[0]).toBe(2)
    step.dispose()
  })

  it('takes 10 MB made in JavaScript, and empty tensors', () => {
    const size = 2_500_000
    const large = Float32Array.from({ length: size }, (_, i) => i % 7)
    const step = compile(({ x }) => ({
      y: tf.add(tf.sum(tf.mul(tf.tensor1d(large), x!)), tf.sum(tf.concat([tf.zeros([0]), tf.ones([1])]))),
    }))
    const total = large.reduce((all, n) => all + n, 0)
    expect(run(step, 2) / (2 * total + 1)).toBeCloseTo(1, 5)
    step.dispose()
  })

  it('says what libtensorflow has against a graph', () => {
    const backend = tf.backend() as unknown as {
      executeSingleOutput: (op: string, attributes: object[], inputs: tf.Tensor[]) => tf.Tensor
    }
    const bare: StepFunction = ({ x }) => ({ y: backend.executeSingleOutput('Square', [], [x!]) })
    expect(() => compile(bare)).toThrow(/step "test": expected operations.*Square.*--no-compile/s)
  })

  it('cannot be run inside of another step', () => {
    const inner = compile(({ x }) => ({ y: tf.square(x!) }))
    expect(() => compile(({ x }) => inner.run({ x: x! }))).toThrow(/runs another compiled step/)
    expect(run(inner, 2)).toBe(4)
    inner.dispose()
  })

  it('leaves no tensor behind in a hundred runs', () => {
    const step = compile()
    const before = tf.memory()
    for (let i = 0; i < 100; i++) run(step, 1)
    const after = tf.memory()
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers])
    step.dispose()
  })

  it('leaves no file behind', () => {
    vi.stubEnv('TMPDIR', folder)
    const step = compile()
    expect(run(step, 1)).toBe(2)
    expect(readdirSync(folder)).toEqual([])
    step.dispose()
    vi.unstubAllEnvs()
  })

  it('does not grow with its runs, and gives its session back', () => {
    const megabytes = 8
    const bank = tf.variable(tf.zeros([megabytes * 262_144]), false)
    const step: StepFunction = ({ x }) => {
      bank.assign(tf.add(bank, x!))
      return { y: tf.slice(bank, [0], [1]) }
    }
    const some = (count: number): void => {
      const compiled = compile(step)
      for (let i = 0; i < count; i++) run(compiled, 1)
      compiled.dispose()
    }
    some(50)
    const before = process.memoryUsage().rss
    for (let i = 0; i < 4; i++) some(50)
    // A bank lost at each of 200 runs would be 1600 MB, one lost with each of four sessions 32 MB and its copies.
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200)
  })
})
