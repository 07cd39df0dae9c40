import type { ForeignTensor } from '@umbra/core'
import { LIMITS } from '../pickle/limits.js'
import { findTensors, readTensors } from '../pickle/state-dict.js'
import { torchContext } from '../pickle/torch-context.js'
import { unpickle } from '../pickle/unpickle.js'
import { openZip } from './open-zip.js'

/** Reads the zip archives of torch.save since PyTorch 1.6: `<name>/data.pkl` and `<name>/data/<key>`. */
export async function readPytorchZip(
  bytes: Buffer,
  source: string,
  skip: (name: string, type: string) => void,
): Promise<readonly ForeignTensor[]> {
  const context = torchContext(source)
  const { corrupt, unsupported } = context
  const zip = await openZip(bytes, context)
  const names = [...zip.names]
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name))
  if (names.some((name) => /^[^/]+\/constants\.pkl$/.test(name))) return unsupported('a TorchScript program')
  if (names.some((name) => name.endsWith('.npy'))) return unsupported('an archive of NumPy arrays')
  if (pickle === undefined)
    return unsupported(`a zip archive without data.pkl, with ${names.slice(0, 4).join(', ')}`)
  const folder = pickle.slice(0, -'data.pkl'.length)
  if (zip.names.has(`${folder}byteorder`) && (await zip.read(`${folder}byteorder`)).toString() !== 'little')
    return unsupported('numbers in big-endian order')
  const { value } = unpickle(await zip.read(pickle, LIMITS.bytes), 0, context)
  return readTensors(findTensors(value, source, context), {
    bytesOf: async ({ key }, expected) => {
      const stored = await zip.read(`${folder}data/${key}`)
      return stored.length === expected
        ? stored
        : corrupt(`storage ${key} of ${stored.length} bytes instead of ${expected}`)
    },
    ...{ fileBytes: bytes.length, skip, corrupt, unsupported },
  })
}
