import { type OperationRecord, recordOperations } from './record-operations.js'

/**
 * A hash that an action makes of what it records; undefined if it throws, reads values, or makes another one the next time. The
 * action runs three times: what it makes when it is first called and keeps from then on is a constant in the two that count.
 */
export function settledHash(action: (record: OperationRecord) => string): string | undefined {
  const hash = (): string | undefined =>
    recordOperations((record) => {
      const made = action(record)
      return record.readsValues() ? undefined : made
    })
  try {
    hash()
    const made = hash()
    return made === hash() ? made : undefined
  } catch {
    return undefined
  }
}
