import * as tf from '@tensorflow/tfjs-core'
import type { CompiledStep, StepFunction } from '@umbra/core/trainer'

/** Runs a step one operation at a time; disposes everything but its outputs. */
export function eagerStep(step: StepFunction): CompiledStep {
  return {
    run: (inputs) =>
      tf.tidy(() => {
        const taken = new Set(Object.values(inputs))
        const outputs: Record<string, tf.Tensor> = {}
        for (const [name, tensor] of Object.entries(step(inputs))) {
          // The caller disposes every input and output: none may occur twice, or be a variable.
          outputs[name] = taken.has(tensor) || tensor instanceof tf.Variable ? tf.clone(tensor) : tensor
          taken.add(tensor)
        }
        return outputs
      }),
    pull: () => undefined,
    push: () => undefined,
    dispose: () => undefined,
  }
}
