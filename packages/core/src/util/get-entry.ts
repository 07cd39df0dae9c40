/** An entry of a map that must be there. Throws a TypeError with the subject, say `arm`, and the key where it is not. */
export function getEntry<K, V>(map: ReadonlyMap<K, V>, key: K, subject: string): V {
  const entry = map.get(key)
  if (entry === undefined) throw new TypeError(`there is no ${subject} "${String(key)}"`)
  return entry
}
