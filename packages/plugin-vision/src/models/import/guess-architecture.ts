import type { ForeignTensor } from '@umbra/core'
import { isUmbraName, plainName } from './resnet-names.js'

/** The model that these tensors look like (`resnet56`, `resnet8x4`), for an error's remedy; undefined for an unknown one. */
export function guessArchitecture(foreign: readonly ForeignTensor[]): string | undefined {
  let blocks = 0
  let width: number | undefined
  for (const { name, shape } of foreign) {
    const plain = plainName(name) ?? ''
    const block =
      /^layer1\.(\d+)\.conv1\.weight$/.exec(plain) ?? /^stage1_block(\d+)_conv1\/kernel$/.exec(plain)
    if (block === null) continue
    const isUmbra = isUmbraName(plain)
    blocks = Math.max(blocks, Number(block[1]) + (isUmbra ? 0 : 1))
    width = isUmbra ? shape[3] : shape[0]
  }
  const suffix = width === 16 ? '' : width === 64 ? 'x4' : undefined
  return blocks === 0 || suffix === undefined ? undefined : `resnet${6 * blocks + 2}${suffix}`
}
