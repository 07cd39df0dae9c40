import type { CompiledStep, Engine } from '../contracts/engine.js'
import { tf } from '../tf.js'

/** An engine that runs steps eagerly on the current backend: enough to test hooks and methods without `@umbra/engine`. */
export const eagerEngine = (): Engine => ({
  info: { id: 'cpu', detail: 'eager, for tests', deterministic: true },
  accelerate: () => undefined,
  compile: (step): CompiledStep => ({
    run: (inputs) => tf.tidy<Record<string, tf.Tensor>>(() => step(inputs)),
    pull: () => undefined,
    push: () => undefined,
    dispose: () => undefined,
  }),
})
