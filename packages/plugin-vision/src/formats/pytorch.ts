import { basename } from 'node:path'
import { UmbraError, defineFormat, z } from '@umbra/core'
import { readBytes } from './read-bytes.js'
import { readPytorchLegacy } from './pytorch-legacy.js'
import { readPytorchZip } from './pytorch-zip.js'

/**
 * `.pt`, `.pth` and `.th` files of PyTorch: state dictionaries, or checkpoints that hold one.
 *
 * They are pickles, which run arbitrary code in Python. Here they are read with an allow-list, and nothing is run.
 */
export const pytorch = defineFormat({
  id: 'pytorch',
  summary: 'Checkpoints written by torch.save, read with an allow-list; nothing in them is executed.',
  options: z.strictObject({}),
  extensions: ['.pt', '.pth', '.th'],
  read: async (path) => {
    const bytes = await readBytes(path)
    const source = basename(path)
    if (bytes.subarray(0, 4).equals(ZIP)) return readPytorchZip(bytes, source)
    if (bytes[0] === PICKLE) return readPytorchLegacy(bytes, source)
    throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
      subject: `weight file ${path}`,
      expected: 'a zip archive or a pickle written by torch.save',
      received:
        bytes.length === 0
          ? 'an empty file'
          : `a file that starts with ${bytes.subarray(0, 4).toString('hex')}`,
    })
  },
})

const ZIP = Buffer.from('PK\x03\x04', 'latin1')
const PICKLE = 0x80
