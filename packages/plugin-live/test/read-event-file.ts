/** One event of a TensorBoard file, decoded by this file alone. */
export interface ReadEvent {
  readonly time: number
  readonly step: number
  readonly version?: string
  readonly sessionStart?: true
  readonly scalars: Readonly<Record<string, number>>
}

/** Decodes an event file and checks both CRCs of every record; throws where one is wrong or a record is cut short. */
export function readEventFile(bytes: Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true))
    check(bytes.subarray(at, at + 8), view.getUint32(at + 8, true))
    const data = bytes.subarray(at + 12, at + 12 + length)
    check(data, view.getUint32(at + 12 + length, true))
    events.push(readEvent(data))
    at += length + 16
  }
  return events
}

function readEvent(data: Uint8Array): ReadEvent {
  const fields = readFields(data)
  const one = (tag: number) => fields.find((field) => field.tag === tag)?.value
  const text = one(3) as Uint8Array | undefined
  const scalars = readFields((one(5) as Uint8Array | undefined) ?? new Uint8Array()).map(({ value }) => {
    const [name, number] = readFields(value as Uint8Array)
    return [Buffer.from(name!.value as Uint8Array).toString(), number!.value as number] as const
  })
  return {
    time: one(1) as number,
    step: (one(2) as number | undefined) ?? 0,
    ...(text === undefined ? {} : { version: Buffer.from(text).toString() }),
    ...(one(7) === undefined ? {} : { sessionStart: true as const }),
    scalars: Object.fromEntries(scalars),
  }
}

interface Field {
  readonly tag: number
  readonly value: number | Uint8Array
}

function readFields(data: Uint8Array): Field[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = data[at++]!
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  while (at < data.length) {
    const key = varint()
    const tag = key >> 3
    if ((key & 7) === 0) fields.push({ tag, value: varint() })
    else if ((key & 7) === 1) {
      fields.push({ tag, value: view.getFloat64(at, true) })
      at += 8
    } else if ((key & 7) === 5) {
      fields.push({ tag, value: view.getFloat32(at, true) })
      at += 4
    } else {
      const length = varint()
      fields.push({ tag, value: data.subarray(at, at + length) })
      at += length
    }
  }
  return fields
}

function check(data: Uint8Array, masked: number): void {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  crc = ~crc >>> 0
  const expected = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
  if (expected !== masked) throw new Error(`wrong CRC: ${masked} instead of ${expected}`)
}
