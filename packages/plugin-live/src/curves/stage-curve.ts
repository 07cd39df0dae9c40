import { mergePoints, type Point } from './point.js'

/** The points of one stage, never more than a limit: when it is reached, neighbours become one. */
export interface StageCurve {
  readonly points: readonly Point[]
  /** Takes in a step; the point it completes, if any, and whether earlier points were merged. */
  readonly add: (point: Point) => { readonly added?: Point; readonly merged: boolean }
  /** The point of the steps that wait for more, if there are any. */
  readonly rest: () => Point | undefined
  /** Forgets what came after a step. Whether there was anything. */
  readonly cut: (step: number) => boolean
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
    cut: (step) => {
      const kept = points.filter((point) => point.step <= step)
      const cut = kept.length < points.length
      points = kept
      waiting = []
      return cut
    },
  }
}

const pairs = (points: readonly Point[]): Point[][] =>
  points.flatMap((point, i) =>
    i % 2 === 1 ? [] : [points[i + 1] === undefined ? [point] : [point, points[i + 1]!]],
  )
