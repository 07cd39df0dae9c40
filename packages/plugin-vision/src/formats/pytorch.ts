import { basename } from 'node:path'
import { UmbraError, defineFormat, z } from '@umbra/core'
import { isSafetensors } from './is-safetensors.js'
import { readBytes } from './read-bytes.js'
import { readPytorchLegacy } from './pytorch-legacy.js'
import { readPytorchZip } from './pytorch-zip.js'

/**
 * Files of torch.save (`.pt`, `.pth`, `.th`, `.ckpt`, `.bin`): state dictionaries, or checkpoints that hold some.
 *
 * They are pickles, which run arbitrary code in Python. Here they are read with an allow-list, and nothing is run.
 */
export const pytorch = defineFormat({
  id: 'pytorch',
  summary: 'Checkpoints written by torch.save, read with an allow-list; nothing in them is executed.',
  options: z.strictObject({}),
  extensions: ['.pt', '.pth', '.th'],
  recognises: (start) => isZip(start) || isPickle(start),
  read: async (path, skip = () => undefined) => {
    const bytes = await readBytes(path)
    const source = basename(path)
    if (isZip(bytes)) return readPytorchZip(bytes, source, skip)
    if (isPickle(bytes)) return readPytorchLegacy(bytes, source, skip)
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
/** The opcode of a pickle's protocol, then its version, which is 2 in every file of torch.save. */
const PICKLE = 0x80
const isZip = (start: Uint8Array): boolean => ZIP.equals(start.subarray(0, ZIP.length))
/** The length at the start of a safetensors file can look the same: a header of 640 bytes. */
const isPickle = (start: Uint8Array): boolean =>
  start[0] === PICKLE && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5 && !isSafetensors(start)
