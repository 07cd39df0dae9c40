import { byteReader } from './byte-reader.js'
import { createPickleMachine } from './pickle-machine.js'
import { OP } from './opcodes.js'
import { LIMITS } from './limits.js'
import { scalarReaders } from './scalar-readers.js'
import type { PickleContext } from './pickle-context.js'
import type { PickleValue } from './pickle-value.js'

/**
 * Reads one pickled object from `bytes` at `start`, with an allow-list of opcodes and names; returns it and where it ends.
 */
export function unpickle(
  bytes: Buffer,
  start: number,
  context: PickleContext,
): { readonly value: PickleValue; readonly end: number } {
  const reader = byteReader(bytes, start, context.corrupt)
  const machine = createPickleMachine(context)
  const scalars = scalarReaders(reader, context)
  for (let count = 0; count < LIMITS.opcodes; count++) {
    if (reader.position() - start > LIMITS.bytes)
      return context.corrupt(`a pickle of more than ${LIMITS.bytes} bytes`)
    const op = reader.byte()
    if (op === OP.stop) return { value: machine.result(), end: reader.position() }
    const scalar = scalars.get(op)
    if (scalar !== undefined) machine.push(scalar())
    else if (!machine.step(op, reader))
      context.refuse(`use pickle opcode 0x${op.toString(16).padStart(2, '0')}`)
  }
  return context.corrupt(`a pickle of more than ${LIMITS.opcodes} operations`)
}
