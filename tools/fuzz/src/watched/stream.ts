/** A message of the server to its page. */
export interface Told {
  readonly type: string
  readonly what?: string
  readonly items?: readonly unknown[]
}

/** Reads the stream of a server of `umbra watch`; `told` grows as messages come. */
export async function openStream(
  url: string,
): Promise<{ readonly told: readonly Told[]; readonly close: () => Promise<void> }> {
  const response = await fetch(new URL('events', url))
  if (response.body === null) throw new Error('a stream without a body')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const told: Told[] = []
  const pump = async (): Promise<void> => {
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      const parts = (text + value).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts)
        if (part.startsWith('data: ')) told.push(JSON.parse(part.slice('data: '.length)) as Told)
    }
  }
  const ended = pump().catch(() => undefined)
  return {
    told,
    close: async () => {
      await reader.cancel().catch(() => undefined)
      await ended
    },
  }
}
