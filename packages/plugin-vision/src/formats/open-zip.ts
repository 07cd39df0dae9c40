import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import type { PickleContext } from '../pickle/pickle-context.js'

const MAX_ENTRIES = 200_000
/** Of an entry's own header, before its name. */
const LOCAL_HEADER = 30

/** A zip archive whose entries are stored without compression, each in bytes of its own. */
export interface Archive {
  readonly names: ReadonlySet<string>
  /** Bytes of an entry of at most `limit` bytes, with the right checksum. */
  readonly read: (name: string, limit?: number) => Promise<Buffer>
}

type Problems = Pick<PickleContext, 'corrupt' | 'unsupported'>

/** Opens a zip archive. No entry can be larger than the file, and no two share a name or bytes. */
export async function openZip(bytes: Buffer, { corrupt, unsupported }: Problems): Promise<Archive> {
  const broken = (cause: unknown): never =>
    corrupt(`a zip archive that cannot be read (${(cause as Error).message})`)
  const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true }).catch(broken)
  if (zip.entryCount > MAX_ENTRIES) return corrupt(`an archive of ${zip.entryCount} entries`)
  const listed = await listEntries(zip).catch(broken)
  checkPlaces(listed, corrupt)
  const entries = new Map(listed.map((entry) => [entry.fileName, entry]))
  return {
    names: new Set(entries.keys()),
    read: async (name, limit = bytes.length) => {
      const entry = entries.get(name) ?? corrupt(`an archive without ${name}`)
      if (entry.compressionMethod !== 0 || entry.isEncrypted())
        return unsupported(`compressed or encrypted entry ${name}`)
      if (entry.uncompressedSize > limit) return corrupt(`entry ${name} of ${entry.uncompressedSize} bytes`)
      const data = await zip.openReadStreamPromise(entry).then(buffer).catch(broken)
      return crc32(data) === entry.crc32 ? data : corrupt(`entry ${name} with a wrong checksum`)
    },
  }
}

/** Refuses names that appear twice, of which programs differ in the one they take, and entries over the same bytes. */
function checkPlaces(entries: readonly Entry[], corrupt: (received: string) => never): void {
  const names = new Set<string>()
  let end = 0
  let last = ''
  for (const entry of entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    const { fileName, relativeOffsetOfLocalHeader: start, compressedSize } = entry
    if (names.has(fileName)) corrupt(`two entries ${fileName}`)
    names.add(fileName)
    if (start < end) corrupt(`entries ${last} and ${fileName} over the same bytes`)
    end = start + LOCAL_HEADER + compressedSize
    last = fileName
  }
}

const listEntries = (zip: ZipFile): Promise<readonly Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = []
    zip.on('entry', (entry: Entry) => {
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })
