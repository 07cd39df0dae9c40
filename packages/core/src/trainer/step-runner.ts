import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { ArmError, type ArmFailure, failureOf } from './arm-failure.js'
import { compileOrBlame, type Faults } from './compile-or-blame.js'
import type { LiveStep } from './live-step.js'

/** Runs the training step of the arms that are in training, and compiles it anew whenever one has left. */
export interface StepRunner {
  /** Compiles the step over the arms still in training. Arms that cannot be compiled are stopped. */
  readonly ready: () => void
  /** Runs a 0-based step and returns its metrics, for the caller to dispose. An arm whose method throws is stopped. */
  readonly run: (step: number) => Record<string, Tensor>
  /** Makes the arms' variables current. */
  readonly pull: () => void
  /** Makes the arms' variables current and disposes the compiled step. */
  readonly drop: () => void
}

/** What a step runner asks of its cohort. */
export interface StepRunnerOptions {
  readonly arms: () => readonly Arm[]
  readonly compile: (arms: readonly Arm[], broken: (arm: string, error: unknown) => void) => LiveStep
  /** Takes an arm out of training, which drops the compiled step. */
  readonly stop: (arm: string, failure: ArmFailure) => void
  readonly stepsPerEpoch: number
}

export function createStepRunner({ arms, compile, stop, stepsPerEpoch }: StepRunnerOptions): StepRunner {
  let current: LiveStep | undefined
  const faults: Faults = new Map()
  const compileArms = (some: readonly Arm[]): LiveStep =>
    compile(some, (arm, error) => void faults.set(arm, error))
  const epochOf = (step: number): Pick<ArmFailure, 'epoch'> => ({ epoch: Math.floor(step / stepsPerEpoch) })

  /** Stops the arms whose methods threw since this was last called. */
  const stopFaulty = (when: Pick<ArmFailure, 'epoch'> = {}): void => {
    const faulty = [...faults]
    faults.clear()
    for (const [id, error] of faulty) stop(id, { ...failureOf(error), ...when })
  }
  const ready = (): void => {
    while (current === undefined && arms().length > 0) {
      current = compileOrBlame(arms(), compileArms, faults)
      stopFaulty()
    }
  }
  /** Undefined where an arm's `feeds` threw: the arm is stopped. */
  const inputsOf = (live: LiveStep, step: number): Record<string, Tensor> | undefined => {
    try {
      return live.inputs(step)
    } catch (error) {
      if (!(error instanceof ArmError)) throw error
      stop(error.arm, { ...failureOf(error.cause), ...epochOf(step) })
      return undefined
    }
  }

  return {
    ready,
    run: (step) => {
      for (;;) {
        ready()
        if (current === undefined) return {}
        const inputs = inputsOf(current, step)
        if (inputs === undefined) continue
        try {
          const outputs = current.compiled.run(inputs)
          stopFaulty(epochOf(step))
          return outputs
        } finally {
          tf.dispose(inputs)
        }
      }
    },
    pull: () => current?.compiled.pull(),
    drop: () => {
      current?.compiled.pull()
      current?.dispose()
      current = undefined
    },
  }
}
