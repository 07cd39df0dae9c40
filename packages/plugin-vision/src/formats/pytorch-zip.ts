import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import type { ForeignTensor } from '@umbra/core'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { LIMITS } from '../pickle/limits.js'
import { findStateDict, readTensors } from '../pickle/state-dict.js'
import { torchContext } from '../pickle/torch-context.js'
import { unpickle } from '../pickle/unpickle.js'

const MAX_ENTRIES = 200_000

/** Reads the zip archives of torch.save since PyTorch 1.6: `<name>/data.pkl` and `<name>/data/<key>`. */
export async function readPytorchZip(bytes: Buffer, source: string): Promise<readonly ForeignTensor[]> {
  const context = torchContext(source)
  const zip = await openZip(bytes, context.corrupt)
  const pickle = [...zip.names].find((name) => /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined) return context.corrupt('an archive without data.pkl')
  const folder = pickle.slice(0, -'data.pkl'.length)
  if (zip.names.has(`${folder}byteorder`) && (await zip.read(`${folder}byteorder`)).toString() !== 'little')
    return context.corrupt('numbers in big-endian order')
  const { value } = unpickle(await zip.read(pickle, LIMITS.bytes), 0, context)
  const readStorage = async (key: string, expected: number): Promise<Buffer> => {
    const stored = await zip.read(`${folder}data/${key}`)
    return stored.length === expected
      ? stored
      : context.corrupt(`storage ${key} of ${stored.length} bytes instead of ${expected}`)
  }
  return readTensors(findStateDict(value, source), ({ key }, size) => readStorage(key, size), context.corrupt)
}

interface Archive {
  readonly names: ReadonlySet<string>
  readonly read: (name: string, limit?: number) => Promise<Buffer>
}

async function openZip(bytes: Buffer, corrupt: (received: string) => never): Promise<Archive> {
  const broken = (cause: unknown): never =>
    corrupt(`a zip archive that cannot be read (${(cause as Error).message})`)
  const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true }).catch(broken)
  if (zip.entryCount > MAX_ENTRIES) return corrupt(`an archive of ${zip.entryCount} entries`)
  const entries = await listEntries(zip).catch(broken)
  return {
    names: new Set(entries.keys()),
    read: async (name, limit = bytes.length) => {
      const entry = entries.get(name) ?? corrupt(`an archive without ${name}`)
      // torch.save stores without compression: no entry can be larger than the file.
      if (entry.compressionMethod !== 0 || entry.isEncrypted())
        return corrupt(`compressed or encrypted entry ${name}`)
      if (entry.uncompressedSize > limit) return corrupt(`entry ${name} of ${entry.uncompressedSize} bytes`)
      const data = await zip.openReadStreamPromise(entry).then(buffer).catch(broken)
      return crc32(data) === entry.crc32 ? data : corrupt(`entry ${name} with a wrong checksum`)
    },
  }
}

const listEntries = (zip: ZipFile): Promise<ReadonlyMap<string, Entry>> =>
  new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>()
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })
