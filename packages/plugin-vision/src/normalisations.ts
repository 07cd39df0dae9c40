import type { Normalisation } from '@umbra/core'

/**
 * Named input normalisations, `(byte / scale - mean) / std` per channel.
 *
 * `imagenet` is what many published CIFAR-10 weights were trained with; a configuration with such weights has to name it.
 */
export const NORMALISATIONS = {
  cifar10: { scale: 255, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  cifar100: { scale: 255, mean: [0.507, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2761] },
  imagenet: { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  /** Mean and deviation of the training part of `digits`. */
  digits: { scale: 16, mean: [0.3056], std: [0.3763] },
} as const satisfies Record<string, Normalisation>
