import type { RunEvent } from '@umbra/core'

type StepEvent = RunEvent & { readonly type: 'step' }
type Evaluated = RunEvent & { readonly type: 'evaluated' }

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

/** Scalars of an evaluation: `test/top1`, `validation/loss`. */
export const evaluationScalars = ({ set, result }: Evaluated): Record<string, number> => ({
  [`${set}/top1`]: result.top1,
  [`${set}/top5`]: result.top5,
  [`${set}/loss`]: result.loss,
})
