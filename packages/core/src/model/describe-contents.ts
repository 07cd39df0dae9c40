interface Kind {
  readonly name: string
  readonly remedy?: string
  readonly matches: (start: Buffer) => boolean
}

const SAVE_AGAIN =
  'Load it in the program that wrote it and save the weights as safetensors, or with torch.save(model.state_dict(), path)'
const UNPACK = 'Unpack it first'

const begins = (mark: string) => (start: Buffer) => start.subarray(0, mark.length).equals(latin1(mark))
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Files that are often taken for weights, by their first bytes. */
const KINDS: readonly Kind[] = [
  { name: 'an empty file', matches: ({ length }) => length === 0, remedy: 'Fetch it again' },
  { name: 'an HDF5 file, as Keras writes', matches: begins('\x89HDF\r\n\x1a\n'), remedy: SAVE_AGAIN },
  { name: 'a NumPy array', matches: begins('\x93NUMPY'), remedy: SAVE_AGAIN },
  { name: 'a GGUF file', matches: begins('GGUF'), remedy: SAVE_AGAIN },
  { name: 'a gzip archive', matches: begins('\x1f\x8b'), remedy: UNPACK },
  { name: 'an xz archive', matches: begins('\xfd7zXZ\0'), remedy: UNPACK },
  { name: 'a zstd archive', matches: begins('\x28\xb5\x2f\xfd'), remedy: UNPACK },
  { name: 'a bzip2 archive', matches: begins('BZh'), remedy: UNPACK },
  { name: 'a 7z archive', matches: begins("7z\xbc\xaf'\x1c"), remedy: UNPACK },
  {
    name: 'a tar archive',
    matches: (start) => start.subarray(257, 262).equals(latin1('ustar')),
    remedy: UNPACK,
  },
  {
    name: 'a pointer of Git LFS in place of the file',
    matches: begins('version https://git-lfs'),
    remedy: 'Fetch the file itself with git lfs pull',
  },
  {
    name: 'a page of HTML in place of the file',
    matches: (start) => /^\s*<(?:!doctype|html|\?xml)/i.test(start.toString('latin1')),
    remedy: 'Open its address in a browser: the server asked for something else first',
  },
]

/** What a file is, by its first bytes, and what to do with it. */
export function describeContents(start: Uint8Array): { readonly name: string; readonly remedy?: string } {
  const bytes = Buffer.from(start)
  const kind = KINDS.find(({ matches }) => matches(bytes))
  if (kind !== undefined) return kind
  return { name: `a file that starts with ${bytes.subarray(0, 4).toString('hex')}` }
}
