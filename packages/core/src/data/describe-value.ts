/** A value as an error states it: short, on one line, with the kind of what is long. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (ArrayBuffer.isView(value)) return `${nameOf(value)} of ${lengthOf(value)} values`
  if (Array.isArray(value) && value.length > 4) return `a list of ${value.length}`
  if (typeof value === 'number') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  const text = Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : JSON.stringify(value)
  return text.length > 60 ? nameOf(value) : text
}

const nameOf = (value: unknown): string => {
  const name = Object.prototype.toString.call(value).slice(8, -1)
  return /^[AEIOU](?!int)/.test(name) ? `an ${name}` : `a ${name}`
}

const lengthOf = (view: ArrayBufferView): number => ('length' in view ? Number(view.length) : view.byteLength)
