/** The result of a promise, or an error saying `late` when it takes longer than `ms`. */
export async function within<T>(ms: number, promise: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), ms)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
