/** The value of a key that must be in a map. Throws where it is not: a defect of the caller. */
export function getOrThrow<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`no entry for ${String(key)}`)
  return value
}
