import { Buffer } from 'node:buffer'
import type { Told } from './stream.js'

/** The part of the page's model that is used here. */
interface PageModel {
  readonly emptyState: () => PageState
  readonly takeIn: (state: PageState, news: unknown) => void
  readonly currentStage: (state: PageState) => unknown
  readonly fractionOf: (stage: unknown) => number
  readonly overall: (state: PageState) => unknown
  readonly termsOf: (stage: unknown) => readonly string[]
  readonly setsOf: (stage: unknown) => readonly string[]
  readonly curves: (
    stage: unknown,
    arms: readonly string[],
    pick: (arm: ArmPoint) => unknown,
    n: number,
  ) => unknown
  readonly evaluationCurves: (stage: unknown, arms: readonly string[], set: string) => unknown
}
interface PageState {
  readonly stages: ReadonlyMap<string, { readonly arms: readonly string[] }>
}
interface ArmPoint {
  readonly loss: unknown
  readonly accuracy: unknown
  readonly terms: Readonly<Record<string, unknown>>
}

/** The page's own model, as the server gives it to a browser. */
export async function loadPage(url: string): Promise<PageModel> {
  const source = await (await fetch(new URL('model.js', url))).text()
  const data = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`
  return (await import(/* @vite-ignore */ data)) as PageModel
}

/** Shows everything as the page does. Throws where the page would stop. */
export function showPage(page: PageModel, told: readonly Told[]): void {
  const state = page.emptyState()
  for (const news of told) page.takeIn(state, news)
  page.currentStage(state)
  page.overall(state)
  for (const stage of state.stages.values()) {
    page.fractionOf(stage)
    page.curves(stage, stage.arms, ({ loss }) => loss, 0.5)
    page.curves(stage, stage.arms, ({ accuracy }) => accuracy, 0)
    for (const term of page.termsOf(stage)) page.curves(stage, stage.arms, ({ terms }) => terms[term], 0)
    for (const set of page.setsOf(stage)) page.evaluationCurves(stage, stage.arms, set)
  }
}
