import { definePlugin } from '@umbra/core'
import { setDefiningFile } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import type { LoadedPlugin, PluginOrigin } from './loaded-plugin.js'
import { mergePlugins } from './merge-plugins.js'

function loaded(from: PluginOrigin, { version = '1.0.0', file = 'p.js', name = 'p' } = {}): LoadedPlugin {
  const plugin = definePlugin({ name, version, contract: 1, provides: [] })
  setDefiningFile(plugin, file)
  return { plugin, from, source: file }
}
const originsOf = (all: readonly LoadedPlugin[]): readonly PluginOrigin[] =>
  mergePlugins(all).plugins.map(({ from }) => from)

test('the same code found twice is one plugin, as it was found first', () => {
  expect(originsOf([loaded('project'), loaded('configuration'), loaded('flag')])).toEqual(['project'])
})

test('what the home brings gives way, whatever its version', () => {
  const home = loaded('home', { version: '2.0.0', file: 'home.js' })
  expect(originsOf([loaded('project'), home])).toEqual(['project'])
  expect(mergePlugins([loaded('project'), home]).problems).toEqual([])
  expect(originsOf([home, loaded('project', { name: 'other' })])).toEqual(['home', 'project'])
})

test('several versions under one name are a problem that names each', () => {
  const [problem] = mergePlugins([
    loaded('project'),
    loaded('flag', { version: '2.0.0', file: 'q.js' }),
  ]).problems
  expect(problem).toMatchObject({ stops: true, error: { code: 'UMBRA_PLUGIN_COPIES' } })
  expect(problem?.error.message).toMatch(
    /"p" is there in 2 versions: received 1\.0\.0 of p\.js and 2\.0\.0 of q\.js/,
  )
})

test('two plugins of one name and version stay two, for the report of duplicates', () => {
  const two = mergePlugins([loaded('project'), loaded('flag', { file: 'q.js' })])
  expect(two.plugins).toHaveLength(2)
  expect(two.problems).toEqual([])
})
