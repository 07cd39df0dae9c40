import { describe, expect, it } from 'vitest'
import { LARGEST, packedProblems } from '../../../scripts/packed-problems.mjs'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const GOOD = [
  { name: 'package/package.json', data: bytes('{}') },
  { name: 'package/README.md', data: bytes('# a') },
  { name: 'package/LICENSE', data: bytes('MIT') },
  { name: 'package/dist/index.js', data: bytes('') },
  { name: 'package/dist/index.d.ts', data: bytes('') },
]
const expected = { license: 'MIT', hasSource: (module: string): boolean => module === 'index' }

describe('packedProblems', () => {
  it('accepts a package like the others', () => {
    expect(packedProblems(GOOD, expected)).toEqual([])
  })

  it('finds what is lacking', () => {
    const files = GOOD.filter(({ name }) => !/LICENSE|README/.test(name))
    expect(packedProblems(files, expected)).toEqual(['has no LICENSE', 'has no README.md'])
    expect(packedProblems(GOOD, { ...expected, license: 'ISC' })).toEqual([
      'has a LICENSE that differs from that of the repository',
    ])
  })

  it.each([
    ['a map', 'dist/index.js.map', 'ships dist/index.js.map, a map to a source that is not shipped'],
    ['a test', 'page/x.test.js', 'ships page/x.test.js, a test'],
    ['a module that was deleted', 'dist/old.js', 'ships dist/old.js, which has no source: build again'],
    ['its types', 'dist/old.d.ts', 'ships dist/old.d.ts, which has no source: build again'],
  ])('finds %s', (_, path, problem) => {
    const files = [...GOOD, { name: `package/${path}`, data: bytes('') }]
    expect(packedProblems(files, expected)).toEqual([problem])
  })

  it('finds a link that leads out of the package', () => {
    const readme = bytes('[a](https://a.example) [b](#b) [c](../../docs/c.md)')
    const files = GOOD.map((file) => (file.name === 'package/README.md' ? { ...file, data: readme } : file))
    expect(packedProblems(files, expected)).toEqual([
      'README.md links to ../../docs/c.md, which is not in the package',
    ])
  })

  it('finds a package that is too large', () => {
    const files = [...GOOD, { name: 'package/data/a.bin', data: new Uint8Array(LARGEST) }]
    expect(packedProblems(files, expected)).toEqual([`has ${LARGEST + 8} bytes, more than ${LARGEST}`])
  })
})
