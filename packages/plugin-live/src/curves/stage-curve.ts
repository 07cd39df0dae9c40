import { mergePoints, type Point } from './point.js'

/** The points of one stage, never more than a limit: when it is reached, neighbours become one. */
export interface StageCurve {
  readonly points: readonly Point[]
  /** Takes in a step; the point it completes, if any, and whether earlier points were merged. */
  readonly add: (point: Point) => { readonly added?: Point; readonly merged: boolean }
  /** The point of the steps that wait for more, if there are any. */
  readonly rest: () => Point | undefined
  /** Forgets what came after a step for some arms. Whether there was anything. */
  readonly cut: (step: number, arms: readonly string[]) => boolean
}

export function createStageCurve(limit: number, earlier: readonly Point[] = []): StageCurve {
  let points = [...earlier]
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

const pairs = (points: readonly Point[]): Point[][] =>
  points.flatMap((point, i) =>
    i % 2 === 1 ? [] : [points[i + 1] === undefined ? [point] : [point, points[i + 1]!]],
  )

/** A point without some arms; none where no other is left. */
function without(point: Point, arms: readonly string[]): Point[] {
  const left = Object.entries(point.arms).filter(([arm]) => !arms.includes(arm))
  return left.length === 0 ? [] : [{ ...point, arms: Object.fromEntries(left) }]
}
