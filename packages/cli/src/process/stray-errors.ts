import process from 'node:process'
import { UmbraError } from '@umbra/core'
import { thrownText } from '@umbra/core/trainer'
import { userPlace } from './user-files.js'

type Taker = (error: unknown) => void

/** Who is told of an error that nothing catches; the last one is. There is one process, and so one list. */
const takers: Taker[] = []

const tell = (thrown: unknown): void => takers.at(-1)?.(strayError(thrown))

/**
 * Tells `taker` of every error that nothing catches from now on: thrown in a timer, by an event handler, or by a promise
 * that nobody waits for. Without a taker, such an error ends the process and the work in it. Returns how to stop; while there are
 * several takers, the last one alone is told.
 */
export function takeStrayErrors(taker: Taker): () => void {
  // No listener: the wasm backend has one that ends the process.
  if (!process.hasUncaughtExceptionCaptureCallback()) process.setUncaughtExceptionCaptureCallback(tell)
  takers.push(taker)
  return () => {
    takers.splice(takers.indexOf(taker), 1)
    if (takers.length === 0) process.setUncaughtExceptionCaptureCallback(null)
  }
}

/**
 * The error under the name of the user's code that threw it, if its stack names any; else the error as it is. What is no error has no
 * stack, and comes from the code of users all the same.
 */
export function strayError(thrown: unknown): unknown {
  const by = thrown instanceof Error ? userPlace(thrown) : { subject: 'a plugin or the configuration file' }
  if (by === undefined) return thrown
  return new UmbraError('UMBRA_STRAY_ERROR', {
    subject: 'place' in by ? `${by.subject} (${by.place})` : by.subject,
    received: `an error that nothing catches, from a timer, an event handler or a promise that nobody awaits: ${thrownText(thrown)}`,
    remedy: 'Catch it there, or await the promise',
    cause: thrown,
  })
}
