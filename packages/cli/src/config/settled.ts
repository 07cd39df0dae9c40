import { type ErrorCode, UmbraError } from '@umbra/core'

/** Seconds for a user's module to load: it may fetch something. */
export const PATIENCE = 60

/**
 * The value of a promise that code of users makes. The timer keeps the process alive, which would otherwise end without a word.
 * Throws an error of `code` after `seconds`.
 */
export async function settled<T>(
  promise: Promise<T>,
  {
    code,
    subject,
    seconds,
  }: { readonly code: ErrorCode; readonly subject: string; readonly seconds: number },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new UmbraError(code, {
          subject,
          expected: `a value within ${seconds} s`,
          received: 'a promise that has not settled',
          remedy: 'Look for an `await` in it that never ends',
        }),
      )
    }, 1000 * seconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
