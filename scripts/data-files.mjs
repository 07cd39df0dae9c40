/**
 * Data and weights for tests and examples, from their authors' addresses.
 *
 * @typedef {{ name: string, url: string, hash: 'md5' | 'sha256', sum: string }} RemoteFile
 * @typedef {{ id: string, title: string, folder: string, archive: RemoteFile, members: Readonly<Record<string, number>> }} PackedSet
 *   an archive that is unpacked; `members`: bytes of each file that is kept
 * @typedef {{ id: string, title: string, folder: string, files: readonly RemoteFile[] }} PlainSet
 */

const TORONTO = 'https://www.cs.toronto.edu/~kriz'
const AKAMASTER = 'https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models'
const CHENYAOFO = 'https://github.com/chenyaofo/pytorch-cifar-models/releases/download/resnet'

const PIXELS = 32 * 32 * 3
const CIFAR10_BATCH = 10_000 * (1 + PIXELS)

/** @type {readonly (PackedSet | PlainSet)[]} */
export const DATA = [
  {
    id: 'cifar10',
    title: 'CIFAR-10, binary version (162 MB)',
    folder: 'cifar-10-binary',
    archive: {
      name: 'cifar-10-binary.tar.gz',
      url: `${TORONTO}/cifar-10-binary.tar.gz`,
      hash: 'md5',
      sum: 'c32a1d4ab5d03f1284b67883e8d87530',
    },
    members: {
      'data_batch_1.bin': CIFAR10_BATCH,
      'data_batch_2.bin': CIFAR10_BATCH,
      'data_batch_3.bin': CIFAR10_BATCH,
      'data_batch_4.bin': CIFAR10_BATCH,
      'data_batch_5.bin': CIFAR10_BATCH,
      'test_batch.bin': CIFAR10_BATCH,
    },
  },
  {
    id: 'cifar100',
    title: 'CIFAR-100, binary version (161 MB)',
    folder: 'cifar-100-binary',
    archive: {
      name: 'cifar-100-binary.tar.gz',
      url: `${TORONTO}/cifar-100-binary.tar.gz`,
      hash: 'md5',
      sum: '03b5dce01913d631647c71ecec9e9cb8',
    },
    members: { 'train.bin': 50_000 * (2 + PIXELS), 'test.bin': 10_000 * (2 + PIXELS) },
  },
  {
    id: 'weights',
    title: 'Weights of CIFAR ResNets (13 MB)',
    folder: 'weights',
    files: [
      cifar10Weights('resnet20', '12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8'),
      cifar10Weights('resnet32', 'd509ac1820d7f25398913559d7e81a13229b1e7adc5648e3bfa5e22dc137f850'),
      cifar10Weights('resnet44', '014dd6541728a1c700b1642ab640e211dc6eb8ed507d70697458dc8f8a0ae2e4'),
      cifar10Weights('resnet56', '4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367'),
      {
        name: 'cifar100_resnet56-f2eff4c8.pt',
        url: `${CHENYAOFO}/cifar100_resnet56-f2eff4c8.pt`,
        hash: 'sha256',
        sum: 'f2eff4c8461ca1e0d39af83a65f7243bf7d29ec421efee3064bcee93a3caaa73',
      },
    ],
  },
]

/** Their names end in the first 8 digits of the sha256. */
function cifar10Weights(model, sum) {
  const name = `${model}-${sum.slice(0, 8)}.th`
  return { name, url: `${AKAMASTER}/${name}`, hash: /** @type {const} */ ('sha256'), sum }
}
