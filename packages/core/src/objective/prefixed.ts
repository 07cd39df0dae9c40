/** The entries of a record with `<prefix>.` before each name. */
export const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>> = {}): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]))

/** The entries whose name starts with `<prefix>.`, under the rest of their names. */
export const withoutPrefix = <T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name.startsWith(`${prefix}.`))
      .map(([name, value]) => [name.slice(prefix.length + 1), value]),
  )
