import { join } from 'node:path'
import { definingFile } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import { loadProject } from '../src/project/load-project.js'
import { type CliRun, runCli } from './run-cli.js'
import { folderWith, pluginSource, projectWith, smallConfig } from './workspace.js'

interface Survey {
  readonly plugins: readonly {
    readonly name: string
    readonly version: string
    readonly core: string
    readonly from: string
    readonly provides: Readonly<Record<string, readonly string[]>>
  }[]
  readonly problems: readonly string[]
  readonly mend?: string
}

const run = (cwd: string, ...words: readonly string[]): Promise<CliRun> => runCli(words, { cwd, home: false })
async function survey(cwd: string, ...words: readonly string[]): Promise<Survey> {
  const { code, out, err } = await run(cwd, 'list', 'plugins', '--json', ...words)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Survey
}
const namesIn = ({ plugins }: Survey): readonly string[] => plugins.map(({ name }) => name)

/** A package with a plugin, as npm installs it. */
const packageFiles = (
  name: string,
  {
    source = pluginSource({ name, id: 'own-method' }),
    ...manifest
  }: Readonly<Record<string, unknown>> & { readonly source?: string } = {},
): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    ...{ name, version: '1.2.3', type: 'module', exports: './index.js' },
    ...{ keywords: ['umbra-plugin'], umbra: { plugin: '.' } },
    ...manifest,
  }),
  [`node_modules/${name}/index.js`]: source,
})
const listing = (...names: readonly string[]): Record<string, string> => ({
  'package.json': JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) }),
})

test('the plugins of the project: versions, ranges, where from, and what they provide', async () => {
  const cwd = projectWith()
  const { plugins, problems } = await survey(cwd)
  expect(problems).toEqual([])
  expect(plugins.find(({ name }) => name === '@umbra/plugin-live')).toEqual({
    ...{ name: '@umbra/plugin-live', version: '0.1.0', contract: 1, core: '>=0.1.0 <1' },
    from: 'project',
    provides: { sink: ['tensorboard', 'live'] },
  })
  const { out } = await run(cwd, 'list', 'plugins')
  expect(out).toMatch(/@umbra\/plugin-live +0\.1\.0 +contract 1, core >=0\.1\.0 <1 +project +2 sinks/)
  expect((await run(cwd, 'explain', 'kd')).code).toBe(0)
})

test('dependencies of every kind with the keyword and the field, and no other package', async () => {
  const cwd = folderWith({
    'package.json': JSON.stringify({
      dependencies: { a: '*', plain: '*', 'not-there': '*' },
      devDependencies: { b: '*' },
      optionalDependencies: { c: '*' },
    }),
    ...packageFiles('a', { source: pluginSource({ name: 'a', id: 'a' }) }),
    ...packageFiles('b', { source: pluginSource({ name: 'b', id: 'b' }) }),
    ...packageFiles('c', {
      exports: { './deep': { import: './index.js' } },
      umbra: { plugin: './deep' },
      source: pluginSource({ name: 'c', id: 'c' }),
    }),
    ...packageFiles('plain', { keywords: [], source: 'throw new Error("loaded")' }),
    ...packageFiles('unlisted', { source: 'throw new Error("loaded")' }),
  })
  expect(namesIn(await survey(cwd))).toEqual(['@umbra/cli', 'a', 'b', 'c'])
})

test('the project is that of the configuration; without one, that of the current folder', async () => {
  const project = folderWith({
    ...listing('a'),
    ...packageFiles('a', { source: pluginSource({ name: 'a' }) }),
    'deep/umbra.config.json': smallConfig(),
  })
  const elsewhere = folderWith({ ...listing('b'), ...packageFiles('b') })
  expect(namesIn(await survey(elsewhere))).toContain('b')
  expect(namesIn(await survey(elsewhere, '-c', join(project, 'deep')))).toEqual(['@umbra/cli', 'a'])
  const loose = folderWith({ 'umbra.config.json': smallConfig() })
  expect(namesIn(await survey(elsewhere, '-c', loose))).toContain('b')
})

test('a plugin of the project that a configuration names too is there once', async () => {
  const cwd = folderWith({
    ...listing('a'),
    ...packageFiles('a', { source: pluginSource({ name: 'a' }) }),
    'umbra.config.json': smallConfig({ plugins: ['a'] }),
  })
  expect(namesIn(await survey(cwd, '--plugin', 'a'))).toEqual(['@umbra/cli', 'a'])
})

test('plugins and definitions as values of a configuration, of the project’s own copies', async () => {
  const cwd = projectWith({
    'own.ts': pluginSource({ name: 'own', id: 'own-method', typed: true }),
    'umbra.config.ts': `
      import { defineConfig } from '@umbra/cli'
      import { defineSoftening, z } from '@umbra/core'
      import { softening } from '@umbra/plugin-softening'
      import { own } from './own.ts'
      const half = defineSoftening({ id: 'half', summary: 'Half.', options: z.strictObject({}), create: () => ({ apply: (l) => l }) })
      export default defineConfig({ ...${smallConfig({ methods: ['own-method'] })}, plugins: [softening, own, half] })
    `,
  })
  const { plugins, problems } = await survey(cwd)
  expect(problems).toEqual([])
  const from = Object.fromEntries(plugins.map((plugin) => [plugin.name, plugin.from]))
  expect(from).toMatchObject({
    ...{ '@umbra/plugin-softening': 'project', own: 'umbra.config.ts' },
    'umbra.config.ts': 'umbra.config.ts',
  })
  expect((await run(cwd, 'explain', 'softening/half')).code).toBe(0)
  const { code, out, err } = await run(cwd, 'compare', '--dry-run', '--json', '--set', 'dataset.testLimit=16')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('own-method-s0')
})

test.each([[{ plugins: [3] }], [{ plugins: 'own.ts' }], [{ plugins: [{}] }]])(
  '%j is no list of plugins',
  async (over) => {
    const cwd = folderWith({ 'umbra.config.json': smallConfig(over) })
    const { code, err } = await run(cwd, 'list')
    expect(code).toBe(2)
    expect(err).toMatch(/^error UMBRA_CONFIG: plugins in [^\n]+: expected a list[^\n]+\n$/)
  },
)

test.each([
  ['package-lock.json', 'npm i @umbra/plugin-softening'],
  ['pnpm-lock.yaml', 'pnpm add @umbra/plugin-softening'],
])('a part of a plugin that is not installed, with %s: %s', async (lockfile, command) => {
  const cwd = projectWith({ [lockfile]: '' }, ['plugin-baselines'])
  const { code, err } = await run(cwd, 'explain', 'ce+ats')
  expect({ code, err }).toEqual({
    code: 2,
    err: `error UMBRA_UNKNOWN_ID: unknown method "ats" in the sum "ce+ats". It comes with @umbra/plugin-softening, which is not installed (${command}).\n`,
  })
})

test('a part of a plugin that package.json lists and nobody installed', async () => {
  const cwd = folderWith(listing('@umbra/plugin-vision'))
  const { err } = await run(cwd, 'explain', 'model/resnet20')
  expect(err).toMatch(
    /It comes with @umbra\/plugin-vision, which \S+package\.json lists and is not installed \(npm i\)/,
  )
  expect((await run(cwd, 'watch')).err).toMatch(
    /needs @umbra\/plugin-live, which is not installed[^\n]+npm i @umbra\/plugin-live/,
  )
})

test('a project without plugins is told how to get them', async () => {
  const { code, out } = await run(folderWith(), 'list')
  expect(code).toBe(0)
  expect(out).toContain('npm i @umbra/all')
})

test('a package that exports several plugins gives each as the package itself would', async () => {
  const direct = projectWith({}, ['plugin-training'])
  const all = projectWith(
    {
      ...packageFiles('everything', {
        source: `import { training } from '@umbra/plugin-training'\nexport default [training]`,
      }),
      ...listing('everything'),
    },
    ['plugin-training'],
  )
  const io = { out: () => undefined, err: () => undefined, colour: false, env: {} }
  const [a, b] = await Promise.all(
    [direct, all].map(async (cwd) => (await loadProject(undefined, { ...io, cwd })).installed.plugins[0]),
  )
  expect([a?.package?.name, b?.package?.name]).toEqual(['@umbra/plugin-training', 'everything'])
  const [, listed] = (await survey(all)).plugins
  expect(listed).toMatchObject({
    name: '@umbra/plugin-training',
    core: '>=0.1.0 <1',
    from: 'project everything',
  })
  // What identifies a result: the file that defines the plugin, however it was found.
  expect(definingFile(b!.plugin)).toMatch(/plugin-training[\\/](src|dist)[\\/]plugin\.[jt]s$/)
  expect(definingFile(a!.plugin)).toMatch(/plugin-training[\\/](src|dist)[\\/]plugin\.[jt]s$/)
})

const MEND = 'npm i @umbra/cli@latest old@latest fine@latest'

/** A package that was installed with a core of its own. */
const copied = {
  ...packageFiles('copied', {
    dependencies: { '@umbra/core': '>=0.0.9' },
    source: pluginSource({ name: 'copied', id: 'copied' }),
  }),
  'node_modules/copied/node_modules/@umbra/core/package.json': JSON.stringify({
    ...{ name: '@umbra/core', version: '0.0.9', type: 'module', exports: './index.js' },
  }),
  'node_modules/copied/node_modules/@umbra/core/index.js': '',
}

test('everything that does not fit is one report, with the command that mends it', async () => {
  const cwd = folderWith({
    'package.json': JSON.stringify({
      dependencies: {
        old: '*',
        new: '*',
        copied: '*',
        broken: '*',
        silent: '*',
        fine: '*',
        '@umbra/cli': '*',
      },
    }),
    ...packageFiles('old', { peerDependencies: { '@umbra/core': '^0.0.1' } }),
    ...packageFiles('new', { peerDependencies: { '@umbra/core': '>=7' } }),
    ...copied,
    ...packageFiles('broken', { source: 'export const = 1' }),
    ...packageFiles('silent', { umbra: undefined }),
    ...packageFiles('fine', { source: pluginSource({ name: 'fine' }) }),
    'fine.mjs': pluginSource({ name: 'fine', id: 'other' }).replace('1.2.3', '2.0.0'),
  })
  const words = ['--plugin', './fine.mjs']
  const { code, out, err } = await run(cwd, 'list', ...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  const lines = err.trimEnd().split('\n')
  expect(lines[0]).toBe('error UMBRA_PROBLEMS: the plugins: 6 problems:')
  for (const text of [
    /plugin "old" 1\.2\.3: expected @umbra\/core \^0\.0\.1, .*older core/,
    /plugin "new" 1\.2\.3: expected @umbra\/core >=7, .*newer core/,
    /@umbra\/core of plugin "copied": expected .*, which the command uses for all, received 0\.0\.9 in /,
    /plugin broken: received an error while loading it: .* in line 1 of \S+index\.js/,
    /package silent in .* has the keyword of a plugin/,
    /plugin "fine" is there in 2 versions: received 1\.2\.3 of \S+ and 2\.0\.0 of \.\/fine\.mjs/,
  ])
    expect(lines).toContainEqual(expect.stringMatching(text))
  // The command that ran is not the one of the project, which is not even installed.
  expect(lines.at(-1)).toBe(`  - To mend them: ${MEND}`)

  const { plugins, problems, mend } = await survey(cwd, ...words)
  expect(plugins.map(({ name }) => name)).toEqual(['@umbra/cli', 'copied', 'fine', 'fine'])
  expect(problems).toHaveLength(6)
  expect(mend).toBe(MEND)
  const text = (await run(cwd, 'doctor', ...words)).out
  expect(text).toMatch(/Problems of plugins\n {2}- plugin "old"/)
  expect(text).toContain(`To mend them: ${MEND}`)
})

test('what only versions explain is mended by installing others; no more than a note stops nothing', async () => {
  const cwd = folderWith({
    ...listing('old', 'new', '@umbra/all'),
    ...packageFiles('old', { peerDependencies: { '@umbra/core': '^0.0.1' } }),
    ...packageFiles('new', { peerDependencies: { '@umbra/core': '>=7' } }),
  })
  expect((await survey(cwd)).mend).toBe('npm i old@latest @umbra/all@latest')
  const future = folderWith({
    ...listing('new'),
    ...packageFiles('new', { source: pluginSource({ name: 'new', contract: 99 }) }),
  })
  expect((await survey(future)).mend).toBe('npm i @umbra/cli@latest')
  expect((await run(future, 'list')).err).toMatch(
    /^error UMBRA_PLUGIN_CONTRACT: plugin "new" 1\.2\.3: expected [^\n]*, received one for contract 99\. [^\n]*\(npm i @umbra\/cli@latest\)\.\n$/,
  )
  const noted = folderWith({ ...listing('silent'), ...packageFiles('silent', { umbra: {} }) })
  expect((await survey(noted)).problems).toHaveLength(1)
  expect((await run(noted, 'list', 'executors')).code).toBe(0)
})

test('another version of core than the command’s is a warning: its modules get the command’s', async () => {
  const cwd = folderWith({ ...listing('copied'), ...copied })
  const { code, out, err } = await run(cwd, 'list', 'methods')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Cross-entropy, again') as string })
  expect(err).toMatch(
    /^warning UMBRA_PLUGIN_COPIES: @umbra\/core of plugin "copied": [^\n]*0\.0\.9[^\n]*\(npm i @umbra\/cli@latest\)\.\n$/,
  )
})
