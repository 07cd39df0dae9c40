import { type Plugin, definePlugin } from '@umbra/core'
import { cifar10, cifar100 } from './datasets/cifar.js'
import { digits } from './datasets/digits.js'
import { pytorch } from './formats/pytorch.js'
import { safetensors } from './formats/safetensors.js'
import { cnn } from './models/cnn.js'
import { resNets } from './models/resnet-definitions.js'
import { VERSION } from './version.js'

/** Image models, data sets and weight formats. */
export const vision: Plugin = definePlugin({
  name: '@umbra/plugin-vision',
  version: VERSION,
  contract: 1,
  provides: [...resNets, cnn, digits, cifar10, cifar100, pytorch, safetensors],
})
