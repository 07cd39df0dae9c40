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

const BUILD =
  'node ../../scripts/clean.mjs && tsc -p tsconfig.build.json --removeComments && tsc -p tsconfig.build.json --emitDeclarationOnly'
const PACK = { prepack: 'node ../../scripts/prepack.mjs', postpack: 'node ../../scripts/postpack.mjs' }

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
  const manifest = (changes: object, folder = 'a'): void =>
    file(
      `packages/${folder}/package.json`,
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
          ...PACK,
          build: BUILD,
        },
        ...changes,
      }),
    )

  it('accepts a package like the others', () => {
    expect(packageManifestProblems(root)).toEqual([])
  })

  it('finds a plugin that nobody finds', () => {
    rmSync(join(root, 'packages/a'), { recursive: true })
    file('packages/plugin-a/src/index.ts', 'export const a = 1')
    manifest({ name: '@umbra/plugin-a', files: ['dist', 'README.md'] }, 'plugin-a')
    file(
      'packages/plugin-a/README.md',
      '# @umbra/plugin-a\n\n```sh\nnpm install @umbra/plugin-a\n```\n\n```ts\na\n```\n',
    )
    expect(packageManifestProblems(root)).toEqual([
      'packages/plugin-a: keywords lack umbra-plugin',
      'packages/plugin-a: umbra.plugin is not "."',
    ])
  })

  it.each<[string, object, string[]]>([
    [
      'a package that is packed as it lies',
      { scripts: { build: BUILD } },
      [
        'scripts.prepack is undefined, not "node ../../scripts/prepack.mjs"',
        'scripts.postpack is undefined, not "node ../../scripts/postpack.mjs"',
      ],
    ],
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
      'layers without their peer',
      { dependencies: { '@tensorflow/tfjs-layers': '4' } },
      ['depends on @tensorflow/tfjs-layers without @tensorflow/tfjs-core'],
    ],
    [
      'the keyword of a plugin without its module',
      { keywords: ['knowledge-distillation', 'umbra-plugin'] },
      ['umbra.plugin is not "."'],
    ],
    [
      'a build that leaves old modules',
      { scripts: { ...PACK, build: 'tsc' } },
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
