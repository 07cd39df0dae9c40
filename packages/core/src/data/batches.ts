import type { ImageSet } from '../contracts/dataset.js'
import { permutation } from '../random/permutation.js'
import { type Augmentation, gatherViews, viewSampler } from './augment.js'

export interface HostBatch {
  /** `[batch, height, width, channels]`; reused by the next batch. */
  readonly images: Uint8Array
  readonly labels: Int32Array
  readonly ids: Int32Array
}

/** Batches of a seed's training run by step number; the step number alone resumes them. */
export interface BatchSource {
  /** Full batches only: what is left over at the end of an epoch comes in another one, since every epoch has its own order. */
  readonly stepsPerEpoch: number
  /** Batch of a 0-based step. */
  readonly at: (step: number) => HostBatch
}

export function createBatches(
  set: ImageSet,
  shape: readonly [number, number, number],
  batch: number,
  { seed, augment }: { readonly seed: number; readonly augment: Augmentation },
): BatchSource {
  const stepsPerEpoch = Math.floor(set.count / batch)
  const images = new Uint8Array(batch * shape[0] * shape[1] * shape[2])
  let current = -1
  let order: Int32Array = new Int32Array(0)
  let view = viewSampler(seed, 0, augment)
  return {
    stepsPerEpoch,
    at: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch)
      if (epoch !== current) {
        order = permutation(seed, epoch, set.count)
        view = viewSampler(seed, epoch, augment)
        current = epoch
      }
      const from = (step % stepsPerEpoch) * batch
      const ids = order.slice(from, from + batch)
      gatherViews(set, shape, ids, view, images)
      // Ids are indices of the set.
      return { images, labels: Int32Array.from(ids, (id) => set.labels[id]!), ids }
    },
  }
}
