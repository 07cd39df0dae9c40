import { mergePoints, type Point } from './point.js'

/** The points of one stage, up to a limit: when it is reached, neighbours are merged. */
export interface StageCurve {
  readonly points: readonly Point[]
  /** Adds a step. Returns the point it completes, if any, and whether earlier points were merged. */
  readonly add: (point: Point) => { readonly added?: Point; readonly merged: boolean }
  /** The point of the steps that wait for more, if any. */
  readonly rest: () => Point | undefined
  /** Removes what came after a step for some arms; returns whether there was anything. */
  readonly cut: (step: number, arms: readonly string[]) => boolean
}

export function createStageCurve(limit: number, earlier: readonly Point[] = []): StageCurve {
  let points = [...earlier]
  // No run writes more than it keeps.
  while (points.length > limit) points = pairs(points).map(mergePoints)
  let waiting: Point[] = []
  /** Steps that make one point. */
  let span = 1

  const complete = (): Point => {
    const point = mergePoints(waiting)
    waiting = []
    points.push(point)
    return point
  }
  return {
    get points() {
      return points
    },
    add: (point) => {
      waiting.push(point)
      if (waiting.length < span) return { merged: false }
      const added = complete()
      if (points.length < limit) return { added, merged: false }
      points = pairs(points).map(mergePoints)
      span *= 2
      return { merged: true }
    },
    rest: () => (waiting.length === 0 ? undefined : complete()),
    cut: (step, arms) => {
      const isOver = (point: Point): boolean =>
        point.step > step && arms.some((arm) => point.arms[arm] !== undefined)
      const cut = points.some(isOver)
      points = points.flatMap((point) => (isOver(point) ? without(point, arms) : [point]))
      waiting = []
      return cut
    },
  }
}

/** Neighbours two by two; the last alone where their number is odd. */
const pairs = (points: readonly Point[]): Point[][] =>
  points.flatMap((_, i) => (i % 2 === 1 ? [] : [points.slice(i, i + 2)]))

/** A point without some arms; nothing if no other arm is left. */
function without(point: Point, arms: readonly string[]): Point[] {
  const left = Object.entries(point.arms).filter(([arm]) => !arms.includes(arm))
  return left.length === 0 ? [] : [{ ...point, arms: Object.fromEntries(left) }]
}
