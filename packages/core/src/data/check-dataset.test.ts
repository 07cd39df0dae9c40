import { expect, it } from 'vitest'
import { UmbraError } from '../errors/umbra-error.js'
import { checkDataset } from './check-dataset.js'
import { datasetWarnings } from './dataset-warnings.js'

const [SIZE, CLASSES] = [4 * 4 * 3, 3]
const imageSet = (count: number, seed: number) => ({
  images: Uint8Array.from({ length: count * SIZE }, (_, i) => Math.imul(i + 1000 * seed, 2654435761) >>> 24),
  labels: Int32Array.from({ length: count }, (_, i) => i % CLASSES),
  count,
})
const sound = () => ({
  id: 'toy',
  shape: [4, 4, 3] as const,
  classes: ['a', 'b', 'c'],
  train: imageSet(12, 1),
  test: imageSet(6, 2),
  normalisation: { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] },
  sources: [],
})

const messageOf = (dataset: unknown): string => {
  try {
    checkDataset(dataset, 'data set "toy" of plugin "own"')
  } catch (error) {
    expect(error).toBeInstanceOf(UmbraError)
    expect(error).toMatchObject({ code: 'UMBRA_DATASET' })
    return (error as Error).message
  }
  return 'sound'
}

const train = (change: object) => ({ ...sound(), train: { ...imageSet(12, 1), ...change } })
const test = (change: object) => ({ ...sound(), test: { ...imageSet(6, 2), ...change } })
const labels = (change: (label: number, i: number) => number) =>
  train({ labels: imageSet(12, 1).labels.map(change) })
const normalised = (change: object) => ({
  ...sound(),
  normalisation: { ...sound().normalisation, ...change },
})

it('takes a sound one, in silence', () => {
  expect(messageOf(sound())).toBe('sound')
  expect(datasetWarnings(sound())).toEqual([])
})

it.each([
  ['no data set', undefined, /what `load` of data set "toy" of plugin "own": expected an object/],
  [
    'labels from 1',
    labels((label) => label + 1),
    /training labels of .*expected 0 to 2, .*received 3 .*subtract 1/,
  ],
  ['a label of -1', labels((label, i) => (i === 4 ? -1 : label)), /received -1 at index 4\. /],
  ['a label of K', labels((label, i) => (i > 9 ? 3 : label)), /received 3 at index 10, and 1 more/],
  [
    'fractional labels',
    train({ labels: Float32Array.of(0, 1.5) }),
    /Float32Array of 2 values, 1\.5 among them/,
  ],
  ['labels in bytes', test({ labels: new Uint8Array(6) }), /test labels of .*Int32Array\.from/],
  ['fewer labels', train({ labels: Int32Array.of(0, 1) }), /expected 12, one for each image, received 2/],
  ['one class', labels(() => 1), /at least two classes, received 1 for every image/],
  ['fewer images', train({ count: 13 }), /13 x 4 x 4 x 3 = 624 bytes, received 576.*12 images/],
  ['more images', train({ images: new Uint8Array(13 * SIZE) }), /received 624, 52 for each.*13 images/],
  [
    'test images of another size',
    test({ images: new Uint8Array(6 * 27) }),
    /test images of .*received 162, 27 for each/,
  ],
  ['floats', train({ images: new Float32Array(12 * SIZE) }), /a Float32Array of 576 values.*255 \* x/],
  [
    'numbers from 0 to 1 in bytes',
    train({ images: imageSet(12, 1).images.map((b) => b & 1) }),
    /bytes of 0 to 1 .*255 \* x/,
  ],
  ['bytes as if they were 0 to 1', normalised({ scale: 1 }), /bytes of 0 to 25\d and scale 1.*scale 255/],
  [
    'channels first',
    { ...sound(), shape: [3, 16, 16] },
    /looks like \[channels, height, width\].*State \[16, 16, 3\]/,
  ],
  ['no shape', { ...sound(), shape: [4, 4] }, /shape of .*\[height, width, channels\].*received \[4, 4\]/],
  ['one name', { ...sound(), classes: ['a'] }, /at least two different names.*received one/],
  ['fewer names', { ...sound(), classes: ['a', 'b'] }, /there are 2 class names, received 2 at/],
  ['a name twice', { ...sound(), classes: ['a', 'b', 'a'] }, /received "a" more than once/],
  [
    'no normalisation',
    { ...sound(), normalisation: undefined },
    /normalisation of .*received nothing.*scale 255/,
  ],
  [
    'std 0',
    normalised({ std: [0.2, 0, 0.2] }),
    /std of the normalisation.*above 0 for each of 3 channels, received \[0\.2, 0, 0\.2\]/,
  ],
  ['mean NaN', normalised({ mean: [0.2, Number.NaN, 0.2] }), /received \[0\.2, NaN, 0\.2\]/],
  ['a mean for grey', normalised({ mean: [0.5] }), /each of 3 channels, received \[0\.5\]/],
  ['scale 0', normalised({ scale: 0 }), /scale of the normalisation.*above 0, received 0/],
  [
    'no test images',
    test({ images: new Uint8Array(0), labels: new Int32Array(0), count: 0 }),
    /test images of .*at least one, received none.*Hold some/,
  ],
  ['no test set', { ...sound(), test: undefined }, /test images of .*received nothing/],
  ['no sources', { ...sound(), sources: undefined }, /sources of .*received nothing/],
])('refuses %s', (_, dataset, says) => {
  expect(messageOf(dataset)).toMatch(says)
})

it('lists every problem, each with its split', () => {
  const dataset = {
    ...sound(),
    classes: ['a', 'a', 'b'],
    train: { ...imageSet(12, 1), count: 13 },
    normalisation: {},
  }
  const lines = messageOf({ ...dataset, test: test({ count: 0 }).test }).split('\n')
  expect(lines[0]).toBe('data set "toy" of plugin "own": 7 problems:')
  expect(lines.slice(1).map((line) => line.slice(4).split(':')[0])).toEqual([
    'classes',
    'training images',
    'training labels',
    'test images',
    'scale of the normalisation',
    'mean of the normalisation',
    'std of the normalisation',
  ])
})

it.each([
  [
    'a class without images',
    { ...sound(), classes: ['a', 'b', 'c', 'd'] },
    /1 of 4 classes has no training image: "d"/,
  ],
  ['test images that are trained on', { ...sound(), test: sound().train }, /12 of 12 test images/],
  ['raw bytes', normalised({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }), /model input of 0\.00 to 25\d/],
])('warns of %s', (_, dataset, says) => {
  expect(messageOf(dataset)).toBe('sound')
  expect(datasetWarnings(dataset)).toEqual([expect.stringMatching(says)])
})

it('warns of colour images that are stored plane by plane', () => {
  const [height, width, count] = [8, 8, 20]
  // A bright spot in a colour that hardly changes from pixel to pixel.
  const pixel = (id: number, y: number, x: number, c: number): number =>
    100 + 10 * c + Math.round(60 * Math.sin((id + x + 2 * y) / 5))
  const images = (planar: boolean) =>
    Uint8Array.from({ length: count * height * width * 3 }, (_, i) => {
      const [id, at] = [Math.floor(i / (height * width * 3)), i % (height * width * 3)]
      const plane = height * width
      const [p, c] = planar ? [at % plane, Math.floor(at / plane)] : [Math.floor(at / 3), at % 3]
      return pixel(id, Math.floor(p / width), p % width, c)
    })
  const dataset = (planar: boolean) => ({
    ...sound(),
    shape: [height, width, 3] as const,
    train: { images: images(planar), labels: imageSet(count, 1).labels, count },
    test: { images: images(planar).map((byte) => byte + 1), labels: imageSet(count, 1).labels, count },
  })
  expect(datasetWarnings(dataset(true)).join()).toMatch(/stored channel by channel/)
  expect(datasetWarnings(dataset(false)).join()).not.toMatch(/stored channel by channel/)
})
