import type { ByteReader } from './byte-reader.js'
import { OP } from './opcodes.js'
import type { PickleContext } from './pickle-context.js'
import { type PickleStack, createPickleStack } from './pickle-stack.js'
import { type PickleValue, isKind } from './pickle-value.js'

/** Carries out the opcodes of one pickle. */
export interface PickleMachine {
  readonly push: (value: PickleValue) => void
  /** Carries out one opcode; false for an unknown one. */
  readonly step: (op: number, reader: ByteReader) => boolean
  /** The one value left at the end. */
  readonly result: () => PickleValue
}

type Operation = readonly [op: number, run: (reader: ByteReader) => void]

export function createPickleMachine(context: PickleContext): PickleMachine {
  const stack = createPickleStack(context)
  const operations = new Map<number, Operation[1]>([
    ...frameOperations(context),
    ...stackOperations(stack),
    ...containerOperations(stack, context),
    ...nameOperations(stack, context),
  ])
  return {
    push: stack.push,
    step: (op, reader) => {
      const operation = operations.get(op)
      operation?.(reader)
      return operation !== undefined
    },
    result: stack.result,
  }
}

const frameOperations = ({ unsupported }: PickleContext): readonly Operation[] => [
  [OP.proto, (reader) => (reader.byte() > 5 ? unsupported('a pickle of a protocol after 5') : undefined)],
  [OP.frame, (reader) => void reader.take(8)],
]

const stackOperations = ({ mark, pop, popGroup, push, top, ...memo }: PickleStack): readonly Operation[] => [
  [OP.mark, mark],
  [OP.pop, () => void pop()],
  [OP.popMark, () => void popGroup()],
  [OP.dup, () => push(top())],
  [OP.put, (reader) => memo.remember(Number(reader.line()))],
  [OP.binPut, (reader) => memo.remember(reader.byte())],
  [OP.longBinPut, (reader) => memo.remember(reader.take(4).readUInt32LE())],
  [OP.memoize, () => memo.remember()],
  [OP.get, (reader) => memo.recall(Number(reader.line()))],
  [OP.binGet, (reader) => memo.recall(reader.byte())],
  [OP.longBinGet, (reader) => memo.recall(reader.take(4).readUInt32LE())],
]

function containerOperations(
  { push, popMany, popGroup, top }: PickleStack,
  { corrupt }: PickleContext,
): readonly Operation[] {
  const tuple = (items: readonly PickleValue[]): void => push({ kind: 'tuple', items })
  const append = (items: readonly PickleValue[]): void => {
    const list = top()
    if (!isKind(list, 'list')) return corrupt('items added to a value that is not a list')
    for (const item of items) list.items.push(item)
  }
  const assign = (items: readonly PickleValue[]): void => {
    const dict = top()
    if (!isKind(dict, 'dict') || items.length % 2 !== 0)
      return corrupt('keys set on a value that is not a dictionary')
    // Keys and values alternate, and their number is even.
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!)
  }
  return [
    [OP.tuple, () => tuple(popGroup())],
    [OP.tuple1, () => tuple(popMany(1))],
    [OP.tuple2, () => tuple(popMany(2))],
    [OP.tuple3, () => tuple(popMany(3))],
    [OP.list, () => push({ kind: 'list', items: popGroup() })],
    [
      OP.dict,
      () => {
        const items = popGroup()
        push({ kind: 'dict', entries: new Map() })
        assign(items)
      },
    ],
    [OP.append, () => append(popMany(1))],
    [OP.appends, () => append(popGroup())],
    [OP.addItems, () => append(popGroup())],
    [OP.setItem, () => assign(popMany(2))],
    [OP.setItems, () => assign(popGroup())],
  ]
}

/** Names, calls of names, and persistent ids: everything that the context decides on. */
function nameOperations(
  { push, pop, popPair, top }: PickleStack,
  context: PickleContext,
): readonly Operation[] {
  const global = (module: PickleValue, name: PickleValue): void => {
    if (typeof module !== 'string' || typeof name !== 'string')
      return context.corrupt('a name that is not text')
    if (!context.allows(`${module} ${name}`)) context.refuse(`run ${module}.${name}`)
    push({ kind: 'global', name: `${module} ${name}` })
  }
  return [
    [OP.global, (reader) => global(reader.line(), reader.line())],
    [OP.stackGlobal, () => global(...popPair())],
    [
      OP.reduce,
      () => {
        const [callee, args] = popPair()
        if (!isKind(callee, 'global') || !isKind(args, 'tuple'))
          return context.refuse('call a value that is not a name')
        push(context.call(callee.name, args.items))
      },
    ],
    [
      OP.build,
      () => {
        // PyTorch sets `_metadata` on its ordered dictionaries; it holds version numbers, which are not used here.
        // NumPy sets byte order and alignment of its types, which are never looked into.
        pop()
        if (!isKind(top(), 'dict') && !isKind(top(), 'object')) context.refuse('set the state of an object')
      },
    ],
    [OP.binPersId, () => push(context.persistent(pop()))],
  ]
}
