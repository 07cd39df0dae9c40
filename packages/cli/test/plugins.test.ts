import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, pluginSource, smallConfig } from './workspace.js'

const manifest = (name: string, main: string): string =>
  JSON.stringify({ name, version: '1.2.3', type: 'module', exports: main })

test.each(['own.mjs', 'own.ts', 'own.js'])('by path outside any node_modules: %s', async (file) => {
  const cwd = folderWith({ [file]: pluginSource({ typed: file.endsWith('.ts') }) })
  const { code, out } = await runCli(['explain', 'own-method', '--plugin', `./${file}`], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('own 1.2.3')
})

test('by path from the folder of the configuration', async () => {
  const cwd = folderWith({
    'deep/own.ts': pluginSource(),
    'deep/umbra.config.json': smallConfig({ plugins: ['./own.ts'] }),
  })
  expect((await runCli(['list', 'methods', '-c', 'deep'], { cwd })).out).toContain('own-method')
})

test.each(['index.mjs', 'index.ts'])('by package name, from an installed package with %s', async (main) => {
  const cwd = folderWith({
    'node_modules/umbra-plugin-own/package.json': manifest('umbra-plugin-own', `./${main}`),
    [`node_modules/umbra-plugin-own/${main}`]: pluginSource({ typed: main.endsWith('.ts') }),
    'umbra.config.yaml': `${smallConfig({ plugins: ['umbra-plugin-own'] })}\n`,
  })
  expect((await runCli(['list', 'methods'], { cwd })).out).toContain('own-method')
})

test('a package is found from the current folder when the configuration lies elsewhere', async () => {
  const elsewhere = folderWith({ 'umbra.config.json': smallConfig() })
  const cwd = folderWith({
    'node_modules/@me/own/package.json': manifest('@me/own', './index.mjs'),
    'node_modules/@me/own/index.mjs': pluginSource(),
  })
  const words = ['list', 'methods', '-c', elsewhere, '--plugin', '@me/own']
  expect((await runCli(words, { cwd })).out).toContain('own-method')
})

test('an array named plugins', async () => {
  const cwd = folderWith({
    'a.mjs': pluginSource({ name: 'a', id: 'a' }),
    'b.mjs': pluginSource({ name: 'b', id: 'b' }),
    'both.mjs': `import { own as a } from './a.mjs'\nimport { own as b } from './b.mjs'\nexport const plugins = [a, b]`,
  })
  const { out } = await runCli(['list', 'methods', '--json', '--plugin', './both.mjs'], { cwd })
  const plugins = (JSON.parse(out) as { plugin: string }[]).map((entry) => entry.plugin)
  expect(plugins).toEqual(expect.arrayContaining(['a', 'b']))
})

test('a module that exports a method alone', async () => {
  const method = `import { defineMethod, labelLoss, objective } from '@umbra/core'
    export const plain = defineMethod({
      id: 'plain',
      summary: 'Labels alone.',
      objective: () =>
        objective({ weights: { ce: 1 }, terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }) }),
    })`
  const cwd = folderWith({ 'plain.ts': method })
  const { code, out } = await runCli(['explain', 'plain', '--plugin', './plain.ts'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('./plain.ts')
})

test.each([
  ['a missing file', './none.ts', {}, /nothing there/],
  ['a package that is not installed', 'umbra-plugin-none', {}, /npm i umbra-plugin-none/],
  ['a module that throws', './p.mjs', { 'p.mjs': 'throw new Error("no luck")' }, /no luck/],
  ['a module that does not parse', './p.ts', { 'p.ts': 'export const = 1' }, /error while loading it/],
  [
    'a module without a plugin',
    './p.mjs',
    { 'p.mjs': 'export const x = 1' },
    /no plugin among its exports \(x\)/,
  ],
  ['a folder', './p', { 'p/x.mjs': '' }, /a folder/],
])('%s is one line and exit code 2', async (_, source, files, text) => {
  const cwd = folderWith(files)
  const { code, out, err } = await runCli(['list', '--plugin', source], { cwd })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error UMBRA_PLUGIN_LOAD: [^\n]+\n$/)
  expect(err).toMatch(text)
})

test('two plugins claiming one id are both named', async () => {
  const cwd = folderWith({ 'p.mjs': pluginSource({ id: 'kd' }) })
  const { code, err } = await runCli(['list', '--plugin', join(cwd, 'p.mjs')], { cwd })
  expect(code).toBe(2)
  expect(err).toMatch(/^error UMBRA_PLUGIN_DUPLICATE: [^\n]+\n$/)
  expect(err).toContain('"@umbra/plugin-softening"')
  expect(err).toContain('"own"')
})

test('a contract of a newer core', async () => {
  const cwd = folderWith({ 'p.mjs': pluginSource({ contract: 7 }) })
  const { code, err } = await runCli(['list', '--plugin', './p.mjs'], { cwd })
  expect(code).toBe(2)
  expect(err).toMatch(
    /^error UMBRA_PLUGIN_CONTRACT: plugin "own" 1\.2\.3: expected [^\n]+, received one for contract 7\. It was made for a newer core[^\n]+\n$/,
  )
})
