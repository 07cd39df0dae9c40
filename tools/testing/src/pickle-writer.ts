/** A value of a pickle. Objects are dictionaries; a `Map` is one with keys that are not text. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Picklable[]
  | ReadonlyMap<Picklable, Picklable>
  | { readonly [key: string]: Picklable }
  | PickleOf

/** What has a form of its own in a pickle. */
export class PickleOf {
  readonly kind: 'tuple' | 'global' | 'call' | 'persistent' | 'raw'
  readonly parts: readonly Picklable[]

  constructor(kind: PickleOf['kind'], parts: readonly Picklable[]) {
    this.kind = kind
    this.parts = parts
  }
}

export const tuple = (...items: readonly Picklable[]): PickleOf => new PickleOf('tuple', items)
/** A name such as `torch FloatStorage`. */
export const global = (name: string): PickleOf => new PickleOf('global', [name])
/** A call of a name with arguments. */
export const call = (name: string, ...args: readonly Picklable[]): PickleOf =>
  new PickleOf('call', [name, ...args])
export const persistent = (id: Picklable): PickleOf => new PickleOf('persistent', [id])
/** Opcodes as they are. */
export const opcodes = (bytes: Uint8Array): PickleOf => new PickleOf('raw', [bytes])

/** A pickle of protocol 2, as Python would write it. */
export const pickle = (value: Picklable): Buffer =>
  Buffer.concat([Buffer.from([0x80, 2]), ...write(value), Buffer.from('.')])

const op = (text: string): Buffer => Buffer.from(text, 'latin1')

function write(value: Picklable): Buffer[] {
  if (value === null) return [op('N')]
  if (typeof value === 'boolean') return [op(value ? '\x88' : '\x89')]
  if (typeof value === 'number') return [number(value)]
  if (typeof value === 'string') return [text(value)]
  if (value instanceof Uint8Array) return [op('B'), uint32(value.length), Buffer.from(value)]
  if (value instanceof PickleOf) return special(value)
  if (Array.isArray(value)) return [op(']('), ...(value as readonly Picklable[]).flatMap(write), op('e')]
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return [
    op('}('),
    ...entries.flatMap(([key, item]) => [...write(key as Picklable), ...write(item as Picklable)]),
    op('u'),
  ]
}

const nameOf = (part: Picklable): string => (typeof part === 'string' ? part : '')

function special({ kind, parts }: PickleOf): Buffer[] {
  const [first = null, ...rest] = parts
  switch (kind) {
    case 'tuple':
      return [op('('), ...parts.flatMap(write), op('t')]
    case 'global':
      return [op(`c${nameOf(first).replace(' ', '\n')}\n`)]
    case 'call':
      return [...special(global(nameOf(first))), ...special(tuple(...rest)), op('R')]
    case 'persistent':
      return [...write(first), op('Q')]
    case 'raw':
      return [Buffer.from(first as Uint8Array)]
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(9)
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    bytes.write('J', 'latin1')
    bytes.writeInt32LE(value, 1)
    return bytes.subarray(0, 5)
  }
  if (Number.isInteger(value)) {
    bytes.write('\x8a\x08', 'latin1')
    const long = Buffer.alloc(10)
    long.write('\x8a\x08', 'latin1')
    long.writeBigInt64LE(BigInt(value), 2)
    return long
  }
  bytes.write('G', 'latin1')
  bytes.writeDoubleBE(value, 1)
  return bytes
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([op('X'), uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
