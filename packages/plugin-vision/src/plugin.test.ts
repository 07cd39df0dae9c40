import { assemble } from '@umbra/core/trainer'
import { expect, it } from 'vitest'
import { vision } from './plugin.js'

it('provides models, data sets and formats under their names', () => {
  const registry = assemble([vision])
  const ids = (kind: 'model' | 'dataset' | 'format'): string[] =>
    registry.list(kind).map(({ definition }) => definition.id)
  const depths = [8, 14, 20, 32, 44, 56, 110]
  expect(ids('model').sort()).toEqual(
    ['cnn', ...depths.map((depth) => `resnet${depth}`), ...depths.map((depth) => `resnet${depth}x4`)].sort(),
  )
  expect(ids('dataset')).toEqual(['digits', 'cifar10', 'cifar100'])
  expect(registry.list('format').flatMap(({ definition }) => definition.extensions)).toEqual([
    '.pt',
    '.pth',
    '.th',
    '.safetensors',
  ])
})

it.each([
  ['model', 'resnet20', { shortcut: 'none' }],
  ['model', 'cnn', { width: 0 }],
  ['dataset', 'cifar10', {}],
  ['dataset', 'digits', { path: 'x' }],
] as const)('checks the options of %s %s', (kind, id, options) => {
  const registry = assemble([vision])
  expect(() => registry.parse(registry.get(kind, id), options)).toThrow(
    expect.objectContaining({ name: 'UmbraError' }),
  )
})
