import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packageManifestProblems } from './package-manifests.js'

it('finds nothing in this repository', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  expect(packageManifestProblems(root)).toEqual([])
})

describe('packageManifestProblems', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'umbra-manifests-'))
    file('package.json', JSON.stringify({ license: 'MIT', engines: { node: '>=20' } }))
    file('packages/a/src/index.ts', 'export const a = 1')
    file('packages/a/README.md', '# @umbra/a\n\n```sh\nnpm install @umbra/a\n```\n\n```ts\na\n```\n')
    manifest({})
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function file(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const built = { types: './dist/index.d.ts', default: './dist/index.js' }
  const manifest = (changes: object): void =>
    file(
      'packages/a/package.json',
      JSON.stringify({
        name: '@umbra/a',
        description: 'Letter.',
        keywords: ['knowledge-distillation'],
        license: 'MIT',
        type: 'module',
        sideEffects: false,
        engines: { node: '>=20' },
        exports: { '.': { '@umbra/source': './src/index.ts', ...built } },
        files: ['dist', 'README.md'],
        publishConfig: { access: 'public', exports: { '.': built } },
        scripts: {
          build:
            'node ../../scripts/clean.mjs && tsc -p tsconfig.build.json --removeComments && tsc -p tsconfig.build.json --emitDeclarationOnly',
        },
        ...changes,
      }),
    )

  it('accepts a package like the others', () => {
    expect(packageManifestProblems(root)).toEqual([])
  })

  it.each<[string, object, string[]]>([
    ['another licence', { license: 'ISC' }, ['license is "ISC", not "MIT"']],
    [
      'another range of Node',
      { engines: { node: '>=18' } },
      ['engines is {"node":">=18"}, not {"node":">=20"}'],
    ],
    ['no claim about side effects', { sideEffects: undefined }, ['sideEffects is undefined, not false']],
    ['a description that is no sentence', { description: 'letter' }, ['description is not a sentence']],
    ['no keyword', { keywords: [] }, ['keywords lack knowledge-distillation']],
    [
      'a range of core that every minor leaves',
      { peerDependencies: { '@umbra/core': 'workspace:^' } },
      ['peer @umbra/core is workspace:^, not workspace:>=0.1.0 <1'],
    ],
    [
      'a build that leaves old modules',
      { scripts: { build: 'tsc' } },
      [
        'scripts.build is "tsc", not "node ../../scripts/clean.mjs && tsc -p tsconfig.build.json --removeComments && tsc -p tsconfig.build.json --emitDeclarationOnly"',
      ],
    ],
    ['files without the code', { files: ['README.md'] }, ['files lacks dist']],
    [
      'files that are not there',
      { files: ['dist', 'README.md', 'page'] },
      ['files names page, which is not there'],
    ],
    [
      'a door for the workspace alone',
      { publishConfig: { access: 'public', exports: {} } },
      ['publishConfig.exports differs from exports without @umbra/source'],
    ],
    [
      'a door whose code comes first',
      { exports: { '.': { default: built.default, '@umbra/source': './src/index.ts', types: built.types } } },
      ['door . has its conditions in another order than @umbra/source, types, default'],
    ],
    [
      'a door to nothing',
      {
        exports: {
          '.': { '@umbra/source': './src/main.ts', types: './dist/main.d.ts', default: './dist/main.js' },
        },
        publishConfig: {
          access: 'public',
          exports: { '.': { types: './dist/main.d.ts', default: './dist/main.js' } },
        },
      },
      ['door . does not name one module'],
    ],
  ])('finds %s', (_, changes, problems) => {
    manifest(changes)
    expect(packageManifestProblems(root)).toEqual(problems.map((text) => `packages/a: ${text}`))
  })

  it.each([
    [
      'another title',
      '# a\n```sh\nnpm install @umbra/a\n```\n```ts\n```',
      'does not begin with "# @umbra/a"',
    ],
    ['no install line', '# @umbra/a\n```ts\n```\n```ts\n```', 'does not say how to install the package'],
    ['no example', '# @umbra/a\n```sh\nnpm install @umbra/a\n```', 'has no example'],
    [
      'too many lines',
      `# @umbra/a\n\`\`\`sh\nnpm install @umbra/a\n\`\`\`\n\`\`\`ts\n\`\`\`${'\nx'.repeat(45)}`,
      'has 51 lines, more than 45',
    ],
  ])('finds a README with %s', (_, text, problem) => {
    file('packages/a/README.md', text)
    expect(packageManifestProblems(root)).toEqual([`packages/a: README.md ${problem}`])
  })
})
