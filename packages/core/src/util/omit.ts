/** A record without some of its keys. */
export const omit = <T extends object, const K extends keyof T>(record: T, keys: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>
