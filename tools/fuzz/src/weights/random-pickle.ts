import type { Random } from '../random.js'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const NAMES = [
  'cos\nsystem\n',
  'cbuiltins\neval\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ccollections\nOrderedDict\n',
  'ctorch\nFloatStorage\n',
  'cnumpy\ndtype\n',
] as const
/** Opcodes with arguments that are often right. */
const PIECES = [
  ...['N', 'K\x05', 'M\x05\x00', 'J\xff\xff\xff\x7f', '\x8a\x01\xff', 'G\x3f\xf0\0\0\0\0\0\0'],
  ...['X\x01\0\0\0a', 'X\xff\xff\xff\xffa', '\x8c\x02ab', 'B\x01\0\0\0z', 'I12\n', 'I01\n'],
  ...['(', ')', ']', '}', 't', 'l', 'd', 'a', 'e', 's', 'u', '0', '1', '2', '\x85', '\x86', '\x87'],
  ...['q\0', 'q\x01', 'h\0', 'h\x01', 'r\xff\xff\xff\x7f', 'j\0\0\0\0', '\x94', 'p0\n', 'g0\n'],
  ...['R', 'b', 'Q', 'Pid\n', 'o', 'i', '\x81', '\x92', '\x93', '\x82\x01', '\x8f', '\x90', '\x91'],
  ...['\x95\xff\xff\xff\xff\xff\xff\xff\x7f', '\x80\x05', '\x8b\xff\xff\xff\x7f', '\x88', '\x89'],
  ...NAMES,
] as const

/** Opcodes in any order, or one of the forms by which small pickles grow. */
export function randomPickle(random: Random): Buffer {
  const { below, pick } = random
  const body = Array.from({ length: 1 + below(60) }, () =>
    latin1(pick(PIECES as readonly [string, ...string[]])),
  )
  return pick([
    () => Buffer.concat([latin1('\x80\x02'), ...body, latin1('.')]),
    () => latin1(`\x80\x02${'('.repeat(1 + below(1000))}.`),
    () => latin1(`\x80\x02${']'.repeat(1 + below(100_000))}.`),
    // Each list holds the one before it many times.
    () => latin1(`\x80\x02]q\0${`](${'h\0'.repeat(1 + below(200))}eq\0`.repeat(1 + below(40))}.`),
    // A list that holds itself, also under a name.
    () => latin1(`\x80\x02]q\0h\0a.`),
    () => latin1(`\x80\x02}q\0X\x01\0\0\0ah\0s.`),
    () => latin1(`\x80\x02}(X\x02\0\0\0\x1b[K\x01u.`),
  ] as const)()
}
