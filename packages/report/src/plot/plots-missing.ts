import { loadVega } from './load-vega.js'

/** Why plots cannot be drawn, with the command that installs what is missing; undefined where they can. */
export async function plotsMissing(): Promise<string | undefined> {
  try {
    await loadVega()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
