const LONGEST_SHOWN = 60

/** A value in an error message: text in quotes, a short list as JSON, anything else by its type. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) {
    const text = JSON.stringify(value)
    return text.length <= LONGEST_SHOWN ? text : `a list of ${value.length}`
  }
  if (value === null) return 'null'
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return `a ${typeof value}`
  return JSON.stringify(value.length <= LONGEST_SHOWN ? value : `${value.slice(0, LONGEST_SHOWN)}…`)
}
