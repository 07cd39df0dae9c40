import { type ForeignTensor, UmbraError, namedWeights } from '@umbra/core'
import { assignWeights } from '@umbra/core/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shortcut, impliedShortcut, importResNetWeights } from '../src/index.js'
import { build } from './build.js'

beforeAll(useCpuBackend)

/** State dictionary of a ResNet-8 in PyTorch's spelling; every number of it is different. */
function pytorchResNet8(classes: number, { downsample = '', fc = 'fc', prefix = '' }): ForeignTensor[] {
  let next = 0
  const tensors: ForeignTensor[] = []
  const add = (name: string, ...shape: number[]): void => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++)
    tensors.push({ name: prefix + name, shape, data })
  }
  const norm = (name: string, width: number): void => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${part}`, width)
    add(`${name}.num_batches_tracked`)
  }
  add('conv1.weight', 16, 3, 3, 3)
  norm('bn1', 16)
  for (const [stage, [from, to]] of [
    [16, 16],
    [16, 32],
    [32, 64],
  ].entries() as IterableIterator<[number, number[]]>) {
    const block = `layer${stage + 1}.0`
    add(`${block}.conv1.weight`, to!, from!, 3, 3)
    norm(`${block}.bn1`, to!)
    add(`${block}.conv2.weight`, to!, to!, 3, 3)
    norm(`${block}.bn2`, to!)
    if (downsample === '' || from === to) continue
    add(`${block}.${downsample}.0.weight`, to!, from!, 1, 1)
    norm(`${block}.${downsample}.1`, to!)
  }
  add(`${fc}.weight`, classes, 64)
  add(`${fc}.bias`, classes)
  return tensors
}

const spellings: [string, Shortcut, Parameters<typeof pytorchResNet8>[1]][] = [
  ['fc and downsample', 'projection', { downsample: 'downsample' }],
  ['linear, shortcut and module.', 'projection', { downsample: 'shortcut', fc: 'linear', prefix: 'module.' }],
  ['linear, no shortcut weights and module.', 'identity', { fc: 'linear', prefix: 'module.' }],
]

const models = new Map<Shortcut, LayersModel>()
beforeAll(() => {
  for (const shortcut of ['projection', 'identity'] as const) models.set(shortcut, build('resnet8', shortcut))
})
afterAll(() => models.forEach((model) => model.dispose()))

describe.each(spellings)('a checkpoint with %s', (_, shortcut, spelling) => {
  const foreign = pytorchResNet8(10, spelling)
  const tensor = (name: string): ForeignTensor =>
    foreign.find((candidate) => candidate.name === (spelling.prefix ?? '') + name)!

  it(`implies ${shortcut} shortcuts`, () => expect(impliedShortcut(foreign)).toBe(shortcut))

  it('gives every weight of the model its values, in the layout of tfjs', () => {
    const model = models.get(shortcut)!
    const named = importResNetWeights(foreign, model, 'file.pt')
    expect([...named.keys()]).toEqual([...namedWeights(model).keys()])

    const conv = tensor('layer2.0.conv1.weight')
    const { shape, data } = named.get('stage2_block1_conv1/kernel')!
    expect(shape).toEqual([3, 3, 16, 32])
    for (const [out, into, row, column] of [
      [0, 0, 0, 1],
      [31, 2, 1, 0],
      [7, 15, 2, 2],
    ] as const)
      expect(data[((row * 3 + column) * 16 + into) * 32 + out]).toBe(
        conv.data[((out * 16 + into) * 3 + row) * 3 + column],
      )

    const dense = tensor(`${spelling.fc ?? 'fc'}.weight`)
    const logits = named.get('logits/kernel')!
    expect(logits.shape).toEqual([64, 10])
    expect(logits.data[5 * 10 + 3]).toBe(dense.data[3 * 64 + 5])
    for (const [name, theirs] of [
      ['stem_bn/gamma', 'bn1.weight'],
      ['stem_bn/beta', 'bn1.bias'],
      ['stage3_block1_bn2/moving_mean', 'layer3.0.bn2.running_mean'],
      ['stage3_block1_bn2/moving_variance', 'layer3.0.bn2.running_var'],
    ] as const)
      expect(named.get(name)!.data).toEqual(tensor(theirs).data)
  })
})

describe('our own names', () => {
  it.each(['projection', 'identity'] as const)('come back as they were, with %s shortcuts', (shortcut) => {
    const model = models.get(shortcut)!
    const saved: ForeignTensor[] = [...namedWeights(model)].map(([name, weight]) => ({
      name,
      shape: weight.shape as number[],
      data: weight.read().dataSync() as Float32Array,
    }))
    expect(impliedShortcut(saved)).toBe(shortcut)
    const other = build('resnet8', shortcut, { seedFor: () => 99 })
    assignWeights(other, importResNetWeights(saved, other, 'file.safetensors'), 'file.safetensors')
    const values = (m: LayersModel): unknown[] =>
      [...namedWeights(m).values()].map((w) => [...w.read().dataSync()])
    expect(values(other)).toEqual(values(model))
    other.dispose()
  })
})

describe('weights of another architecture', () => {
  const message = (foreign: readonly ForeignTensor[], shortcut: Shortcut = 'projection'): string => {
    try {
      importResNetWeights(foreign, models.get(shortcut)!, 'file.pt')
      return 'none'
    } catch (error) {
      expect(error).toBeInstanceOf(UmbraError)
      expect((error as UmbraError).code).toBe('UMBRA_WEIGHTS_MISMATCH')
      return (error as UmbraError).message
    }
  }
  const whole = pytorchResNet8(10, { downsample: 'downsample' })

  it('name the first tensor of another shape, with both shapes', () => {
    const wider = whole.map(({ name, shape }) => {
      const size = shape.map((side) => (side > 3 ? 2 * side : side))
      return { name, shape: size, data: new Float32Array(size.reduce((a, b) => a * b, 1)) }
    })
    expect(message(wider)).toContain(
      'tensor "conv1.weight" of file.pt: expected shape [16, 3, 3, 3], received [32, 3, 3, 3]',
    )
  })

  it('speak of classes where only the last layer differs', () => {
    expect(message(pytorchResNet8(100, { downsample: 'downsample' }))).toMatch(
      /"fc.weight".*expected shape \[10, 64\], received \[100, 64\].*for 100 classes.*another data set/,
    )
  })

  it('name what is missing', () => {
    const less = whole.filter(({ name }) => !name.startsWith('layer3.0.bn2.'))
    expect(message(less)).toContain(
      'no layer3.0.bn2.weight, layer3.0.bn2.bias, layer3.0.bn2.running_mean and 1 more',
    )
    expect(message(pytorchResNet8(10, {}))).toContain('no layer2.0.downsample.0.weight')
    expect(message(pytorchResNet8(10, {}))).toContain('check option "shortcut"')
  })

  it('give a remedy that fits the cause', () => {
    const without = (pattern: RegExp): string => message(whole.filter(({ name }) => !pattern.test(name)))
    expect(without(/^fc\.bias/)).toMatch(/received no fc\.bias\. The file is incomplete/)
    expect(without(/running_/)).toMatch(/no bn1\.running_mean.*statistics of batch normalisation/)
    const turned = whole.map((tensor) =>
      tensor.name === 'fc.weight' ? { ...tensor, shape: [64, 10] } : tensor,
    )
    expect(message(turned)).toMatch(/expected shape \[10, 64\], received \[64, 10\].*it is transposed/)
  })

  it('name what is left over, and what the file looks like', () => {
    const more = [
      ...whole,
      { name: 'layer1.1.conv1.weight', shape: [16, 16, 3, 3], data: new Float32Array(2304) },
    ]
    expect(message(more)).toBe(
      'weights of file.pt: expected the tensors of resnet8, received unexpected layer1.1.conv1.weight. ' +
        'The file looks like a resnet14; the model is a resnet8.',
    )
    expect(message(whole, 'identity')).toMatch(
      /unexpected layer2.0.downsample.*The file has projection shortcuts/,
    )
  })

  it('of no ResNet imply no shortcut and fit nothing', () => {
    const other = [{ name: 'features.0.weight', shape: [64, 3, 3, 3], data: new Float32Array(1728) }]
    expect(impliedShortcut(other)).toBeUndefined()
    expect(message(other)).toMatch(/no conv1.weight.* and unexpected features.0.weight.*another architecture/)
  })
})
