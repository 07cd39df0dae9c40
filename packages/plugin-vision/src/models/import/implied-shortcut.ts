import type { ForeignTensor } from '@umbra/core'
import type { Shortcut } from '../resnet.js'
import { plainName } from './resnet-names.js'

/**
 * The kind of shortcut that the tensors of a ResNet checkpoint imply; undefined for other checkpoints.
 *
 * A convolution with batch normalisation in the shortcut means 'projection'; none, or a convolution alone as in Umbra's
 * files, means 'identity'.
 */
export function impliedShortcut(foreign: readonly ForeignTensor[]): Shortcut | undefined {
  const names = foreign.map(({ name }) => plainName(name) ?? '')
  if (names.some((name) => PROJECTION.test(name))) return 'projection'
  return names.some((name) => RESIDUAL.test(name)) ? 'identity' : undefined
}

const PROJECTION = /^layer\d+\.\d+\.(?:downsample|shortcut)\.0\.weight$|_shortcut_bn\/gamma$/
const RESIDUAL = /^layer\d+\.\d+\.conv1\.weight$|^stage\d+_block\d+_conv1\/kernel$/
