import type { LogLine } from './lines.js'
import type { Told } from './stream.js'

export type LogKind = 'events' | 'points'

/** What one file must come to. */
export interface Expectation {
  readonly file: LogKind
  readonly lines: readonly LogLine[]
  /** It cannot be read, which must be said. */
  readonly obstacle: boolean
}

const NAMES = { events: 'events.jsonl', points: 'steps.jsonl' } as const
const canonical = (value: unknown): string => JSON.stringify(value)
const text = ({ bytes }: LogLine): string => canonical(JSON.parse(bytes.toString()))

/** What is wrong with what was told of a file so far; undefined where it is complete. */
export function lacking({ file, lines, obstacle }: Expectation, told: readonly Told[]): string | undefined {
  const notices = after(told, 'events').flatMap(noticesIn)
  const about = notices.filter((notice) => notice.includes(NAMES[file]))
  // Lines of the reader's own are no lines of the file.
  const items = after(told, file).filter(
    (item) => !noticesIn(item).some((notice) => /left out|not read/.test(notice)),
  )
  const kept = lines.filter(({ must }) => must === 'be kept').map(text)
  const either = new Set(
    lines.flatMap((each) => (each.must === 'be either' && each.bytes.length > 0 ? [text(each)] : [])),
  )
  const got = items.map(canonical)
  const sound = got.filter((item) => !(either.has(item) && !kept.includes(item)))
  for (const [i, item] of sound.entries())
    if (item !== kept[i])
      return `${NAMES[file]} gives ${item.slice(0, 300)} instead of ${kept[i] ?? 'nothing'}`
  if (sound.length < kept.length) return `${sound.length} of ${kept.length} lines of ${NAMES[file]}`
  const silent = (obstacle || lines.some(({ must }) => must === 'be left out')) && about.length === 0
  return silent ? `no word about ${NAMES[file]}` : undefined
}

/** Items of a kind since it was last reset. */
function after(told: readonly Told[], kind: LogKind): readonly unknown[] {
  const from = told.findLastIndex(({ type, what }) => type === 'reset' && what === kind) + 1
  return told.slice(from).flatMap(({ type, items }) => (type === kind ? (items ?? []) : []))
}

function noticesIn(item: unknown): string[] {
  if (typeof item !== 'object' || item === null || !('type' in item) || item.type !== 'notice') return []
  return 'text' in item && typeof item.text === 'string' ? [item.text] : []
}
