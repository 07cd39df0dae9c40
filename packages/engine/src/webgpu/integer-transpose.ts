import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

interface Program {
  shaderKey: string
  getUserCode: () => string
}

interface RunsPrograms {
  runWebGPUProgram: (program: Program, inputs: TensorInfo[], ...rest: unknown[]) => TensorInfo
}

/**
 * Fixes the transpose of integers and booleans: the backend's program, which reductions use too, writes them with the
 * function for float32, which the device refuses.
 */
export function integerTranspose(backend: KernelBackend): void {
  const runner = backend as unknown as RunsPrograms
  const run = runner.runWebGPUProgram.bind(runner)
  runner.runWebGPUProgram = (program, inputs, ...rest) => {
    const integers = inputs[0]?.dtype === 'int32' || inputs[0]?.dtype === 'bool'
    if (integers && program.constructor.name === 'TransposeProgram') {
      const code = program.getUserCode.bind(program)
      program.getUserCode = () => code().replaceAll('setOutputAtIndex(', 'setOutputAtIndexI32(')
      program.shaderKey += '_integers'
    }
    return run(program, inputs, ...rest)
  }
}
