import { LIMITS } from './limits.js'
import type { PickleContext } from './pickle-context.js'
import type { PickleValue } from './pickle-value.js'

/** Stack, marks and memo of a pickle being read. Every misuse is reported as a damaged pickle. */
export interface PickleStack {
  readonly push: (value: PickleValue) => void
  readonly pop: () => PickleValue
  /** The two values on top, the lower one first. */
  readonly popPair: () => readonly [PickleValue, PickleValue]
  /** The `count` values on top, the lowest first. */
  readonly popMany: (count: number) => PickleValue[]
  readonly top: () => PickleValue
  /** Opens a group. */
  readonly mark: () => void
  /** Closes the latest group and takes its values. */
  readonly popGroup: () => PickleValue[]
  /** Keeps the value on top under an index; without one, under the next. */
  readonly remember: (index?: number) => void
  /** Pushes the value kept under an index. */
  readonly recall: (index: number) => void
  /** The one value left at the end. */
  readonly result: () => PickleValue
}

export function createPickleStack({ corrupt }: Pick<PickleContext, 'corrupt'>): PickleStack {
  const values: PickleValue[] = []
  const marks: number[] = []
  const memo = new Map<number, PickleValue>()

  /** The last value of the open group, or of the whole stack. */
  const last = (problem: string): PickleValue => {
    const value = values.length > (marks.at(-1) ?? 0) ? values.at(-1) : undefined
    return value === undefined ? corrupt(problem) : value
  }
  const push = (value: PickleValue): void => {
    if (values.length >= LIMITS.stack) corrupt(`more than ${LIMITS.stack} values at once`)
    values.push(value)
  }
  const pop = (): PickleValue => {
    const value = last('a value taken from an empty stack')
    values.pop()
    return value
  }
  const top = (): PickleValue => last('a value read from an empty stack')
  return {
    push,
    pop,
    top,
    popPair: () => {
      const second = pop()
      return [pop(), second]
    },
    popMany: (count) => Array.from({ length: count }, pop).reverse(),
    mark: () => {
      if (marks.length >= LIMITS.marks) corrupt(`values nested deeper than ${LIMITS.marks}`)
      marks.push(values.length)
    },
    popGroup: () => values.splice(marks.pop() ?? corrupt('a group that was never opened')),
    remember: (index = memo.size) => {
      if (memo.size >= LIMITS.memo) corrupt(`more than ${LIMITS.memo} remembered values`)
      memo.set(index, top())
    },
    recall: (index) => {
      const value = memo.get(index)
      push(value === undefined ? corrupt(`a reference to value ${index}, which does not exist`) : value)
    },
    result: () => {
      const [value] = values
      return value === undefined || marks.length > 0 || values.length > 1
        ? corrupt(`${values.length} values at the end instead of one`)
        : value
    },
  }
}
