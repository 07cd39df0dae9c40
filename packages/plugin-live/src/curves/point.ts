import { type RunEvent, z } from '@umbra/core'

/** A number, or null for one that is not finite, which JSON cannot express. */
const number = z.number().nullable()

/** One point of the curves of a stage: one line of `metrics/steps.jsonl`. */
export const pointSchema = z.object({
  /** Milliseconds since 1970. */
  time: z.number(),
  stage: z.string(),
  step: z.number(),
  steps: z.number(),
  epochs: z.number(),
  /** Training images of all arms together, per second. */
  imagesPerSecond: number,
  /** Of the stage. */
  secondsLeft: number,
  arms: z.record(
    z.string(),
    z.object({ loss: number, accuracy: number, terms: z.record(z.string(), number) }),
  ),
})
export type Point = z.output<typeof pointSchema>
type ArmPoint = Point['arms'][string]

export const pointOf = (event: RunEvent & { readonly type: 'step' }, time: number): Point => {
  const { stage, step, steps, epochs, imagesPerSecond, secondsLeft, metrics } = event
  return { time, stage, step, steps, epochs, imagesPerSecond, secondsLeft, arms: metrics }
}

/** Consecutive points (at least one) as one: the last of them, with the means of each arm over the points it is in. */
export function mergePoints(points: readonly Point[]): Point {
  const last = points.at(-1)
  if (last === undefined) throw new Error('no points to merge')
  const arms = [...new Set(points.flatMap(({ arms }) => Object.keys(arms)))].map((arm) => {
    return [arm, meanOf(points.flatMap(({ arms }) => arms[arm] ?? []))] as const
  })
  return { ...last, arms: Object.fromEntries(arms) }
}

const meanOf = (points: readonly ArmPoint[]): ArmPoint => ({
  loss: mean(points.map(({ loss }) => loss)),
  accuracy: mean(points.map(({ accuracy }) => accuracy)),
  terms: Object.fromEntries(
    Object.keys(points[0]?.terms ?? {}).map((term) => [
      term,
      mean(points.map(({ terms }) => terms[term] ?? null)),
    ]),
  ),
})

const mean = (values: readonly (number | null)[]): number | null =>
  values.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / values.length

/** One line of JSON, measured numbers with six digits. */
export const pointLine = (point: Point): string =>
  JSON.stringify(point, (key, value: unknown) =>
    typeof value === 'number' && !EXACT.has(key) && Number.isFinite(value)
      ? Number(value.toPrecision(6))
      : value,
  )

const EXACT: ReadonlySet<string> = new Set(['time', 'step', 'steps', 'epochs'])
