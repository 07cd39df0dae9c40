import type { ModelSize } from './model-sizes.js'

const BYTES = 4

/**
 * An estimate of the bytes an arm needs while it is trained: its activations and their gradients for a batch, its weights
 * with gradient, momentum and moments, and the weights of its best epoch. Activations count three times, which also covers operations
 * inside a layer and the tensors of methods. `copies` are those of the weights that hooks keep: each counts twice, since a step makes the
 * new one beside the old.
 */
export const armBytes = ({ parameters, activations }: Memory, batch: number, copies = 0): number =>
  BYTES * (3 * activations * batch + (6 + 2 * copies) * parameters)

/** The same for a teacher, whose activations are not kept: those of its widest layers, taken as a quarter of all. */
export const teacherBytes = ({ parameters, activations }: Memory, batch: number): number =>
  BYTES * (0.25 * activations * batch + parameters)

type Memory = Pick<ModelSize, 'parameters' | 'activations'>
