/**
 * The source of a value: functions as their text, plain data as it is, objects by sorted keys; what is made by a class (a schema, a
 * token) is left out. JSON.
 */
export function valueSource(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value === 'function') return `function ${Function.prototype.toString.call(value)}`
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value)) return 'circular'
  const within = [...above, value]
  if (Array.isArray(value)) return value.map((item) => valueSource(item, within))
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (!isPlain(value)) return `a ${value.constructor.name}`
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, valueSource((value as Readonly<Record<string, unknown>>)[key], within)]),
  )
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || !('constructor' in value)
}
