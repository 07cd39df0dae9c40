import type { Variable } from '@tensorflow/tfjs-core'
import { UmbraError } from '../errors/umbra-error.js'
import { tf } from '../tf.js'
import { getEntry } from '../util/get-entry.js'
import type { StoredTensor } from './safetensors.js'

/** Current values of variables, read from the engine. */
export async function storeVariables(
  variables: ReadonlyMap<string, Variable>,
): Promise<Map<string, StoredTensor>> {
  const stored = new Map<string, StoredTensor>()
  for (const [name, variable] of variables) stored.set(name, storedTensor(variable, await variable.data()))
  return stored
}

/** The same at once, for engines whose values can be read without waiting. */
export const storeVariablesSync = (variables: ReadonlyMap<string, Variable>): Map<string, StoredTensor> =>
  new Map([...variables].map(([name, variable]) => [name, storedTensor(variable, variable.dataSync())]))

const storedTensor = ({ dtype, shape }: Variable, data: unknown): StoredTensor => ({
  dtype: dtype === 'int32' ? 'int32' : 'float32',
  shape,
  data: data as Float32Array | Int32Array,
})

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
    const { data, shape, dtype } = getEntry(stored, name, 'tensor')
    const tensor = tf.tensor(data, [...shape], dtype)
    variable.assign(tensor)
    tensor.dispose()
  }
}
