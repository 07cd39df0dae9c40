/**
 * A copy whose plain objects and arrays are frozen at every depth. What is neither (tensors, functions, typed arrays, instances
 * of classes) is the same as in the original.
 */
export function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((entry: unknown) => frozenCopy(entry))) as T
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([key, entry]) => [key, frozenCopy(entry)] as const)
  return Object.freeze(Object.fromEntries(entries)) as T
}

/** Whether a value is an object of no class: one that JSON keeps as it is. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
