import type { Variable } from '@tensorflow/tfjs-core'
import { UmbraError } from '../errors/umbra-error.js'
import { tf } from '../tf.js'
import type { StoredTensor } from './safetensors.js'

/** Current values of variables, read from the engine. */
export async function storeVariables(
  variables: ReadonlyMap<string, Variable>,
): Promise<Map<string, StoredTensor>> {
  const stored = new Map<string, StoredTensor>()
  for (const [name, variable] of variables) {
    const dtype = variable.dtype === 'int32' ? 'int32' : 'float32'
    stored.set(name, {
      dtype,
      shape: variable.shape,
      data: (await variable.data()) as Float32Array | Int32Array,
    })
  }
  return stored
}

/**
 * Assigns stored values to variables; names and shapes must match exactly.
 *
 * Throws UMBRA_CHECKPOINT naming the first difference.
 */
export function restoreVariables(
  variables: ReadonlyMap<string, Variable>,
  stored: ReadonlyMap<string, StoredTensor>,
  source: string,
): void {
  const fail = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_CHECKPOINT', {
      subject: source,
      expected,
      received,
      remedy: 'It was made by another configuration or version; start again with --overwrite',
    })
  }
  for (const [name, variable] of variables) {
    const value = stored.get(name)
    if (value === undefined) return fail(`tensor "${name}"`, 'none of that name')
    if (value.shape.join() !== variable.shape.join())
      return fail(`"${name}" of shape [${variable.shape.join(', ')}]`, `[${value.shape.join(', ')}]`)
  }
  for (const [name, variable] of variables) {
    const { data, shape, dtype } = stored.get(name)!
    const tensor = tf.tensor(data, [...shape], dtype)
    variable.assign(tensor)
    tensor.dispose()
  }
}
