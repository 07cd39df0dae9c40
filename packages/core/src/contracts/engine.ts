import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** The engines by name: `tensorflow`, `webgpu`, `wasm`, `cpu`. */
export type EngineId = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'

/** A step over tensors. Reads and assigns the variables it closes over; everything else comes from its inputs. */
export type StepFunction = (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor>

/** A step ready to run. The caller owns inputs and outputs and disposes them. */
export interface CompiledStep {
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor>
  /** Makes the tf.Variables current, where state lives elsewhere during the run. */
  readonly pull: () => void
  /** Copies the tf.Variables' values in, after they were changed from outside. */
  readonly push: () => void
  readonly dispose: () => void
}

/** How a frozen teacher is computed. */
export type TeacherPrecision = 'float32' | 'bfloat16'

/** What a step touches, so that an engine can keep it as its own state. */
export interface StepSpec {
  readonly name: string
  /** Two sets of inputs that differ in every value: what differs between their traces was baked in. */
  readonly examples?: readonly [Readonly<Record<string, Tensor>>, Readonly<Record<string, Tensor>>]
  /** Variables that keep their values as long as the step lives (a teacher's weights): they may be baked in. */
  readonly constants?: readonly Tensor[]
  /** Precision of what runs in a scope named `teacher …`; engines without the other one use float32. */
  readonly teacherPrecision?: TeacherPrecision
}

/** What a libtensorflow computes with: results on another one, or with other settings, differ in their last bits. */
export interface LibraryInfo {
  readonly version: string
  /** Whether its operations are those of oneDNN. */
  readonly oneDnn: 'on' | 'off' | 'unknown'
  /** The best that oneDNN uses on this processor, as ONEDNN_MAX_CPU_ISA names it (`AVX2`); `unknown` where it cannot be told. */
  readonly instructionSet: string
  /** Threads that one operation may use. */
  readonly threads: number
}

/** Which engine runs, and what of it may change last bits. */
export interface EngineInfo {
  readonly id: EngineId
  /** `libtensorflow 2.21.0, oneDNN on, AVX2, 2 threads`. */
  readonly detail: string
  /** Whether the same inputs give the same bits. */
  readonly deterministic: boolean
  /** Whether steps run as compiled graphs, which may round otherwise than one operation after the other. */
  readonly compiled?: boolean
  /** Of the tensorflow engine. */
  readonly library?: LibraryInfo
}

/** What executes tensor code. */
export interface Engine {
  readonly info: EngineInfo
  /**
   * Parts of a batch in which models are evaluated, side by side; 1 when left out. The same on every machine: rounding
   * depends on the size of what is computed at once.
   */
  readonly slices?: number
  /** Replaces layers of a student by faster equivalents with the same weights, if the engine has any. Changes no weight. */
  readonly accelerate: (model: LayersModel) => void
  readonly compile: (step: StepFunction, spec: StepSpec) => CompiledStep
}
