import { UmbraError } from '@umbra/core'
import { FuzzFailure } from './target.js'

const LONGEST = 8000

/** The message of an error that is one of the project's own, on one line, short and printable. */
export function checkError(error: unknown, kind: string): string {
  if (!(error instanceof UmbraError))
    throw new FuzzFailure(
      `${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  checkText(error.message, kind)
  return error.message
}

/** Throws for text that a terminal would act upon, or that fills it. */
export function checkText(text: string, kind: string): void {
  if (text.length > LONGEST) throw new FuzzFailure(`${kind}: a message of ${text.length} characters`)
  if (/(?!\n)\p{Cc}/u.test(text))
    throw new FuzzFailure(`${kind}: control characters in ${JSON.stringify(text)}`)
}
