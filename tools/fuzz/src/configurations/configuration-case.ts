import { type Json, changeJson } from '../change-json.js'
import { mutate } from '../mutate.js'
import type { Random } from '../random.js'

/** A configuration file that cannot be run: its data set is not there. */
export interface ConfigurationCase {
  readonly kind: string
  readonly name: string
  readonly text: string | Uint8Array
}

const VALID = {
  name: 'fuzzed',
  engine: 'cpu',
  dataset: { id: 'cifar10', options: { path: 'nowhere' } },
  student: { model: { id: 'resnet8', options: { shortcut: 'identity' } } },
  teachers: [{ model: 'resnet14', weights: 'teacher.pt', key: 'state_dict' }],
  methods: ['kd', { id: 'ats', options: { tau1: 4 }, label: 'mine' }],
  seeds: [0, 1],
  recipe: { epochs: 2, batch: 32, optimiser: { kind: 'sgd', lr: 0.1 }, schedule: { kind: 'cosine' } },
  validation: { fraction: 0.1 },
  hooks: ['ema'],
}

const VALUES = [
  ...[null, true, -1, 0, 1.5, 1e308, '', '..', '../../x', '__proto__', 'constructor', '\u001b[31m', {}, []],
  ...[[[]], { id: 'kd' }, 'kd+kd', [0, 0], 'x'.repeat(10_000), { toString: 1 }],
] as const satisfies readonly Json[]

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

export function configurationCase(random: Random): ConfigurationCase {
  const { below, pick } = random
  const json = JSON.stringify(VALID)
  const changed = (): string => {
    let value: Json = VALID
    for (let i = 0; i <= below(3); i++) value = changeJson(value, random, VALUES)
    return JSON.stringify(value)
  }
  const anchors = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)
  return pick([
    () => ({ kind: 'values changed', name: 'umbra.config.json', text: changed() }),
    () => ({ kind: 'values changed', name: 'umbra.config.yaml', text: changed() }),
    () => ({ kind: 'values changed', name: 'umbra.config.ts', text: `export default ${changed()}` }),
    () => ({ kind: 'bytes changed', name: 'umbra.config.json', text: mutate(Buffer.from(json), random) }),
    () => ({ kind: 'bytes changed', name: 'umbra.config.yaml', text: mutate(Buffer.from(json), random) }),
    () => ({ kind: 'deep', name: 'umbra.config.json', text: `{"methods":${nested(1 + below(20_000))}}` }),
    () => ({ kind: 'deep', name: 'umbra.config.yaml', text: `methods: ${nested(1 + below(3000))}` }),
    () => ({ kind: 'cycle', name: 'umbra.config.yaml', text: 'dataset: &a { id: x, options: *a }' }),
    () => ({ kind: 'aliases', name: 'umbra.config.yaml', text: ['a0: &a0 [x]', ...anchors].join('\n') }),
    () => ({
      kind: 'code',
      name: 'umbra.config.ts',
      text: pick([
        'throw 1',
        'throw null',
        "throw new Error('\\u001b[31mred')",
        'export default null',
        'export default 7',
        'export default [1]',
        'export default () => { throw new Error("x".repeat(1e6)) }',
        'export default new Proxy({}, { ownKeys() { throw new Error("proxy") } })',
        'export default { get dataset() { throw new Error("getter") } }',
        'const a = {}; a.a = a; export default a',
        'syntax error here',
      ]),
    }),
  ] as const)()
}
