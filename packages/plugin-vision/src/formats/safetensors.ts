import { type ForeignTensor, defineFormat, z } from '@umbra/core'
import { decodeSafetensors } from '@umbra/core/files'
import { isSafetensors } from './is-safetensors.js'
import { readBytes } from './read-bytes.js'

/** `.safetensors` files: Umbra's own, and those of other frameworks. */
export const safetensors = defineFormat({
  id: 'safetensors',
  summary: 'Arrays with a JSON header, the format of Umbra and of many other programs.',
  options: z.strictObject({}),
  extensions: ['.safetensors'],
  recognises: isSafetensors,
  read: async (path, skip = () => undefined) => {
    const tensors: ForeignTensor[] = []
    for (const [name, { shape, data }] of decodeSafetensors(await readBytes(path), path, skip))
      if (data instanceof Float32Array) tensors.push({ name, shape, data })
      else skip(name, 'integers')
    return tensors
  },
})
