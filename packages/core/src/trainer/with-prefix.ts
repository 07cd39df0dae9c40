/** The entries whose name starts with a prefix, under the rest of their names. */
export function withPrefix<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  const entries = Object.entries(record).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]))
}
