import type { RunEvent } from '@umbra/core'

type StepEvent = RunEvent & { readonly type: 'step' }
type Evaluated = RunEvent & { readonly type: 'evaluated' | 'average-evaluated' }

/** Scalars of one arm at one step, by tag. */
export function stepScalars(
  { metrics, imagesPerSecond, learningRate }: StepEvent,
  arm: string,
): Record<string, number> {
  const figures = metrics[arm]
  if (figures === undefined) return {}
  const { loss, accuracy, terms } = figures
  return {
    'train/loss': loss,
    'train/accuracy': accuracy,
    ...Object.fromEntries(Object.entries(terms).map(([name, value]) => [`terms/${name}`, value])),
    'speed/images_per_second': imagesPerSecond,
    ...(learningRate === undefined ? {} : { 'train/learning_rate': learningRate }),
  }
}

/** Scalars of an evaluation: `test/top1`, `validation/loss`; `validation-average/top1` of the averaged weights. */
export function evaluationScalars({ type, set, result }: Evaluated): Record<string, number> {
  const group = type === 'evaluated' ? set : `${set}-average`
  return {
    [`${group}/top1`]: result.top1,
    [`${group}/top5`]: result.top5,
    [`${group}/loss`]: result.loss,
  }
}
