/** What was thrown, on one line: `TypeError: x is not a tensor`. */
export function thrownText(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const [firstLine = ''] = text.split('\n')
  return firstLine.trim()
}
