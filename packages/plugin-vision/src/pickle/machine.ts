import type { ByteReader } from './byte-reader.js'
import { LIMITS } from './limits.js'
import { OP } from './opcodes.js'
import type { PickleContext } from './pickle-context.js'
import { type PickleValue, isKind } from './values.js'

/** Stack, marks and memo of a pickle being read. */
export interface Machine {
  readonly push: (value: PickleValue) => void
  /** Carries out one opcode; false where it is not known. */
  readonly step: (op: number, reader: ByteReader) => boolean
  /** The one value left. */
  readonly result: () => PickleValue
}

export function createMachine(context: PickleContext): Machine {
  const { corrupt } = context
  const stack: PickleValue[] = []
  const marks: number[] = []
  const memo = new Map<number, PickleValue>()
  const floor = (): number => marks.at(-1) ?? 0

  const push = (value: PickleValue): void => {
    if (stack.length >= LIMITS.stack) corrupt(`more than ${LIMITS.stack} values at once`)
    stack.push(value)
  }
  const pop = (): PickleValue =>
    stack.length > floor() ? stack.pop()! : corrupt('a value taken from an empty stack')
  const top = (): PickleValue =>
    stack.length > floor() ? stack.at(-1)! : corrupt('a value read from an empty stack')
  const pops = (count: number): PickleValue[] => Array.from({ length: count }, pop).reverse()
  const popMark = (): PickleValue[] => {
    const from = marks.pop() ?? corrupt('a group that was never opened')
    return stack.splice(from)
  }
  const remember = (index: number): void => {
    if (memo.size >= LIMITS.memo) corrupt(`more than ${LIMITS.memo} remembered values`)
    memo.set(index, top())
  }
  const recall = (index: number): void => {
    const value = memo.get(index)
    push(value === undefined ? corrupt(`a reference to value ${index}, which is not there`) : value)
  }
  const tuple = (items: readonly PickleValue[]): void => push({ kind: 'tuple', items })

  const append = (items: readonly PickleValue[]): void => {
    const list = top()
    if (!isKind(list, 'list')) return corrupt('items added to what is no list')
    for (const item of items) list.items.push(item)
  }
  const assign = (items: readonly PickleValue[]): void => {
    const dict = top()
    if (!isKind(dict, 'dict') || items.length % 2 !== 0) return corrupt('keys set on what is no dictionary')
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!)
  }
  const dictOf = (items: readonly PickleValue[]): void => {
    push({ kind: 'dict', entries: new Map() })
    assign(items)
  }
  const global = (module: PickleValue, name: PickleValue): void => {
    if (typeof module !== 'string' || typeof name !== 'string') return corrupt('a name that is no text')
    if (!context.allows(`${module} ${name}`)) context.refuse(`run ${module}.${name}`)
    push({ kind: 'global', name: `${module} ${name}` })
  }
  const reduce = (): void => {
    const [callee, args] = pops(2)
    if (!isKind(callee, 'global') || !isKind(args, 'tuple'))
      return context.refuse('call a value that is no name')
    push(context.call(callee.name, args.items))
  }
  const build = (): void => {
    // PyTorch sets `_metadata` on its ordered dictionaries; it holds version numbers and nothing we use.
    pop()
    if (!isKind(top(), 'dict')) context.refuse('set the state of an object')
  }

  const operations = new Map<number, (reader: ByteReader) => void>([
    [OP.proto, (reader) => (reader.byte() > 5 ? corrupt('a pickle of a protocol after 5') : undefined)],
    [OP.frame, (reader) => void reader.take(8)],
    [
      OP.mark,
      () => {
        if (marks.length >= LIMITS.marks) corrupt(`values nested deeper than ${LIMITS.marks}`)
        marks.push(stack.length)
      },
    ],
    [OP.pop, () => void pop()],
    [OP.popMark, () => void popMark()],
    [OP.dup, () => push(top())],
    [OP.put, (reader) => remember(Number(reader.line()))],
    [OP.binPut, (reader) => remember(reader.byte())],
    [OP.longBinPut, (reader) => remember(reader.take(4).readUInt32LE())],
    [OP.memoize, () => remember(memo.size)],
    [OP.get, (reader) => recall(Number(reader.line()))],
    [OP.binGet, (reader) => recall(reader.byte())],
    [OP.longBinGet, (reader) => recall(reader.take(4).readUInt32LE())],
    [OP.tuple, () => tuple(popMark())],
    [OP.tuple1, () => tuple(pops(1))],
    [OP.tuple2, () => tuple(pops(2))],
    [OP.tuple3, () => tuple(pops(3))],
    [OP.list, () => push({ kind: 'list', items: popMark() })],
    [OP.dict, () => dictOf(popMark())],
    [OP.append, () => append(pops(1))],
    [OP.appends, () => append(popMark())],
    [OP.addItems, () => append(popMark())],
    [OP.setItem, () => assign(pops(2))],
    [OP.setItems, () => assign(popMark())],
    [OP.global, (reader) => global(reader.line(), reader.line())],
    [OP.stackGlobal, () => global(...(pops(2) as [PickleValue, PickleValue]))],
    [OP.reduce, reduce],
    [OP.build, build],
    [OP.binPersId, () => push(context.persistent(pop()))],
  ])
  return {
    push,
    step: (op, reader) => {
      const operation = operations.get(op)
      operation?.(reader)
      return operation !== undefined
    },
    result: () => {
      if (marks.length > 0 || stack.length !== 1)
        return corrupt(`${stack.length} values where one was to be left`)
      return stack[0]!
    },
  }
}
