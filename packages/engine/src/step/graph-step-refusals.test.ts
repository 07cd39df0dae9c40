import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type Engine, UmbraError } from '@umbra/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'

type Body = (x: tf.Tensor) => tf.Tensor

/** Line of this file on which the code that called the caller stands. */
const lineOf = (error: Error): number =>
  Number(/graph-step-refusals\.test\.ts:(\d+):\d+/.exec(error.stack ?? '')?.[1])

/** A step body with the line it stands on, if it stands on one line. */
const here = (body: Body): { body: Body; line: number } => {
  const lines = (new Error().stack ?? '').split('\n').filter((line) => line.includes('refusals.test.ts'))
  return { body, line: lineOf({ stack: lines[1] } as Error) }
}

let count = 0
const dropout = tfl.layers.dropout({ rate: 0.5 })
const schedule = (): number => 0.1 * 0.5 ** count++
const weight = (): tf.Variable => tf.engine().registeredVariables.weight!

// prettier-ignore
const REFUSED: Readonly<Record<string, { body: Body; line: number; says: RegExp }>> = {
  'tf.dropout': { ...here((x) => tf.dropout(x, 0.5)), says: /made in JavaScript/ },
  'tf.randomNormal': { ...here((x) => tf.add(x, tf.randomNormal([4, 3]))), says: /made in JavaScript/ },
  'layers.dropout': { ...here((x) => dropout.apply(x, { training: true }) as tf.Tensor), says: /made in JavaScript/ },
  'Math.random': { ...here((x) => tf.mul(x, Math.random())), says: /made in JavaScript/ },
  'a counter': { ...here((x) => tf.mul(x, ++count)), says: /made in JavaScript/ },
  'a learning rate of JavaScript': { ...here((x) => { weight().assign(tf.sub(weight(), schedule())); return x }), says: /made in JavaScript/ },
  'a counter in a shape': { ...here((x) => tf.sum(tf.pad(x, [[0, ++count], [0, 0]]))), says: /made in JavaScript/ },
  'a counter in an attribute': { ...here((x) => tf.leakyRelu(x, 1 / ++count)), says: /operation LeakyRelu/ },
  'a branch on a counter': { ...here((x) => (++count % 2 === 0 ? tf.neg(x) : tf.abs(x))), says: /operation (Neg|Abs)/ },
  'more of the same each time': { ...here((x) => Array.from({ length: ++count }).reduce<tf.Tensor>((y) => tf.tanh(y), x)), says: /operation/ },
  'dataSync': { ...here((x) => tf.mul(x, tf.max(x).dataSync()[0]!)), says: /reads the value/ },
  'dataSync of an input': { ...here((x) => tf.mul(x, x.dataSync()[0]!)), says: /reads the value/ },
  'dataSync of a variable': { ...here((x) => tf.mul(x, weight().dataSync()[0]!)), says: /reads the value/ },
  'a branch on a value': { ...here((x) => ((tf.sum(x).arraySync() as number) > 0 ? x : tf.neg(x))), says: /reads the value/ },
  'a new variable': { ...here((x) => tf.variable(tf.mul(x, 2))), says: /makes a variable of shape \[4, 3\]/ },
  'a seeded draw': { ...here((x) => tf.multinomial(x as tf.Tensor2D, 4, 3)), says: /random numbers.*Multinomial/ },
  'a string': { ...here((x) => { tf.string.staticRegexReplace(tf.tensor1d(['a']), 'a', 'b'); return x }), says: /type that cannot/ },
}

let engine: Engine
describe.skipIf(!hasTensorflow)(`a traced step on tensorflow${withoutTensorflow}`, () => {
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
  })
  beforeEach(() => {
    count = 0
    tf.variable(tf.ones([3]), true, 'weight')
  })
  afterEach(() => {
    tf.disposeVariables()
  })

  const refusal = (body: Body, scope: string | undefined): UmbraError => {
    const examples = [{ x: tf.ones([4, 3]) }, { x: tf.fill([4, 3], 0.5) }] as const
    const step = ({ x }: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> => ({
      y: scope === undefined ? body(x!) : tf.tidy(scope, () => body(x!)),
    })
    try {
      engine.compile(step, { name: 'test', examples })
    } catch (error) {
      expect(error).toBeInstanceOf(UmbraError)
      return error as UmbraError
    }
    throw new Error('it was not refused')
  }

  it.each(Object.entries(REFUSED))(
    'refuses %s, and says in which method and on which line',
    (_name, { body, line, says }) => {
      expect(line).toBeGreaterThan(0)
      const { code, message } = refusal(body, 'method "own"')
      expect(code).toBe('UMBRA_STEP_IMPURE')
      expect(message).toMatch(says)
      expect(message).toContain('method "own"')
      expect(message).toMatch(new RegExp(`graph-step-refusals\\.test\\.ts:${line}:\\d+`))
      expect(message).toContain('--no-compile')
    },
  )

  it('names the line on which a number was made, not that on which it was first used', () => {
    const { line, body } = here(() => tf.randomNormal([4, 3]))
    const { message } = refusal((x) => {
      const noise = body(x)
      return tf.add(x, noise)
    }, 'method "noisy"')
    expect(message).toContain(`test.ts:${line}:`)
  })

  it('speaks of the step where no method is at work', () => {
    expect(refusal((x) => tf.mul(x, Math.random()), undefined).message).toMatch(
      /^the step does not do the same/,
    )
  })

  it('leaves variables, tensors and the backend as they were', () => {
    const before = tf.memory().numTensors
    const variable = weight()
    refusal((x) => {
      variable.assign(tf.fill([3], 7))
      return tf.variable(x)
    }, 'method "own"')
    expect(Object.values(tf.engine().registeredVariables)).toEqual([variable])
    expect([...variable.dataSync()]).toEqual([1, 1, 1])
    // The two examples are still there.
    expect(tf.memory().numTensors).toBe(before + 2)
    // The backend reads and makes variables again.
    tf.variable(tf.ones([2]), true, 'other')
    expect(tf.add(weight(), Math.random()).dataSync()).toHaveLength(3)
  })

  it('refuses to assign a variable, or to return a tensor, only sometimes', () => {
    const assign: Body = (x) => {
      const next = tf.sum(x, 0)
      if (++count % 2 === 0) weight().assign(next)
      return x
    }
    const choose: Body = (x) => [x, tf.abs(x)][++count % 2]!
    expect(refusal(assign, undefined).message).toMatch(/what it returns or assigns differs/)
    expect(refusal(choose, undefined).message).toMatch(/Identity at .*differs/)
  })

  it('does not take a frozen variable that the step assigns', () => {
    const variable = weight()
    const x = tf.ones([3])
    const step = (): Record<string, tf.Tensor> => {
      variable.assign(tf.mul(variable, 2))
      return { y: tf.clone(variable) }
    }
    const compile = () =>
      engine.compile(step, { name: 'test', examples: [{ x }, { x }], constants: [variable] })
    expect(compile).toThrow(/assigns a variable of shape \[3\] that was given as a constant/)
    expect([...variable.dataSync()]).toEqual([1, 1, 1])
  })
})
