import { describe, expect, it } from 'vitest'
import { LIMITS } from './limits.js'
import { torchContext } from './torch-context.js'
import { unpickle } from './unpickle.js'
import type { PickleValue } from './pickle-value.js'

const read = (...parts: readonly (string | number | readonly number[])[]): PickleValue => {
  const bytes = parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part].flat()),
  )
  return unpickle(Buffer.concat(bytes), 0, torchContext('file.pt')).value
}

describe('plain values', () => {
  it.each([
    ['N.', null],
    ['I01\n.', true],
    ['I-12\n.', -12],
    ['J\xfe\xff\xff\xff.', -2],
    ['M\x01\x02.', 513],
    ['\x8a\x00.', 0],
    ['\x8a\x01\xff.', -1],
    ['\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.', 2n ** 64n],
    ['G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['X\x02\x00\x00\x00\xc3\xa9.', 'é'],
    ['U\x01\xe9.', 'é'],
  ])('%j is %s', (pickle, value) => expect(read(pickle)).toEqual(value))

  it('are shared through the memo', () => {
    const twice = read(']q\x07h\x07\x86.')
    expect(twice).toEqual({ kind: 'tuple', items: [[], []].map((items) => ({ kind: 'list', items })) })
    expect(read('K\x05q\x00h\x00\x86.')).toEqual({ kind: 'tuple', items: [5, 5] })
    expect(read('Nq\x00h\x00\x86.')).toEqual({ kind: 'tuple', items: [null, null] })
  })

  it('make dictionaries, also from the pairs Python 2 writes', () => {
    const entries = new Map([['a', 1]])
    expect(read('}(U\x01aK\x01u.')).toEqual({ kind: 'dict', entries })
    expect(read('ccollections\nOrderedDict\n]]U\x01aaK\x01aa\x85R.')).toEqual({
      kind: 'dict',
      entries,
    })
  })
})

describe('what is refused', () => {
  it.each([
    ['cos\nsystem\n.', 'run os.system'],
    ['\x8c\x02os\x8c\x06system\x93.', 'run os.system'],
    ['ctorch\nload\n.', 'run torch.load'],
    ['ctorch.storage\n_load_from_bytes\n.', 'run torch.storage._load_from_bytes'],
    ['c__builtin__\ngetattr\n.', 'run __builtin__.getattr'],
    ['(ios\nsystem\n.', 'use pickle opcode 0x69'],
    ['(o.', 'use pickle opcode 0x6f'],
    ['ccollections\nOrderedDict\n)\x81.', 'use pickle opcode 0x81'],
    ['\x82\x01.', 'use pickle opcode 0x82'],
    ['Pid\n.', 'use pickle opcode 0x50'],
    ['K\x01)R.', 'call a value that is not a name'],
    ['K\x01}b.', 'set the state of an object'],
  ])('%j', (pickle, asked) => {
    expect(() => read(pickle)).toThrow(`file asks to ${asked}; refused`)
  })
})

describe('what is damaged', () => {
  it.each([
    ['', 'in the middle of a value'],
    ['X\xff\xff\xff\xff.', 'in the middle of a value'],
    ['\x8d\xff\xff\xff\xff\xff\xff\xff\xff.', 'in the middle of a value'],
    ['K\x01', 'in the middle of a value'],
    ['.', '0 values at the end instead of one'],
    ['K\x01K\x02.', '2 values at the end instead of one'],
    ['K\x01(.', 'values at the end instead of one'],
    ['0.', 'empty stack'],
    ['K\x01(0.', 'empty stack'],
    ['t.', 'a group that was never opened'],
    ['h\x05.', 'a reference to value 5'],
    ['K\x01K\x02a.', 'items added to a value that is not a list'],
    ['}(K\x01u.', 'keys set on a value that is not a dictionary'],
    ['\x80\x09.', 'a protocol after 5'],
    ['Iten\n.', 'an integer that is not one'],
    ['ctorch\nFloatStorage\n)R.', 'a call of torch.FloatStorage'],
    ['K\x01Q.', 'a reference to something other than a storage'],
    ['\x8b\xff\xff\xff\x7f.', `an integer of ${2 ** 31 - 1} bytes`],
  ])('%j: %s', (pickle, received) => expect(() => read(pickle)).toThrow(received))

  it('values nested too deep', () => {
    expect(() => read('('.repeat(LIMITS.marks + 1))).toThrow(`nested deeper than ${LIMITS.marks}`)
  })

  it('more values at once than a checkpoint has', () => {
    expect(() => read('N'.repeat(LIMITS.stack + 1))).toThrow(`more than ${LIMITS.stack} values at once`)
  })
})
