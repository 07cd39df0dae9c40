const PROPERTIES: object = {}

/**
 * A specification in which no text is the name of a property that every object has, such as `constructor`: vega looks series up
 * in plain objects and would take the property for the series. A space of no width is put before it.
 */
export function inertNames<T>(value: T): T {
  if (typeof value === 'string') return (value in PROPERTIES ? `\u200b${value}` : value) as T
  if (Array.isArray(value)) return value.map((item: unknown) => inertNames(item)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inertNames(item)])) as T
}
