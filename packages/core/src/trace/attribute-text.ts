/** An operation's attributes as text: numbers to the last bit, keys in order. What is undefined counts as left out. */
export const attributeText = (attributes: unknown): string =>
  JSON.stringify(attributes ?? {}, (_key, value: unknown) => {
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0) ? value : exact(value)
    if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
      return String(value)
    if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })

const exact = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
