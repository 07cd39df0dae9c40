import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What each loaded file of users is, for messages: `plugin "mine"`. */
const files = new Map<string, string>()

/** Remembers that a file was loaded for the user, and what it is. */
export function noteUserFile(file: string, subject: string): void {
  files.set(file, subject)
}

/** A place in the code of users that an error's stack names. */
export interface UserPlace {
  readonly subject: string
  /** With the line: `/project/plugin.mjs:12`. */
  readonly place: string
}

/** The first frame of an error's stack that lies in a file of users, or in the same package or folder as one. */
export function userPlace({ stack = '' }: Error): UserPlace | undefined {
  for (const { file, line } of framesOf(stack)) {
    const owners = [...files.keys()].filter((known) => areTogether(known, file))
    const subject = files.get(file) ?? [...new Set(owners.map((owner) => files.get(owner)))].join(' or ')
    if (subject !== '') return { subject, place: `${file}:${line}` }
  }
  return undefined
}

interface Frame {
  readonly file: string
  readonly line: string
}

/** Frames of a stack: `at run (file:///project/plugin.mjs:12:3)`, `at /project/plugin.ts:4:5`. */
const framesOf = (stack: string): readonly Frame[] =>
  stack.split('\n').flatMap((text) => {
    const [, at, line] = /^\s*at .*?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(text) ?? []
    const file = at === undefined ? undefined : pathOf(at)
    return file === undefined || line === undefined ? [] : [{ file, line }]
  })

function pathOf(at: string): string | undefined {
  if (!at.startsWith('file:')) return at
  try {
    return fileURLToPath(at.replace(/[?#].*$/, ''))
  } catch {
    return undefined
  }
}

function areTogether(known: string, file: string): boolean {
  const root = packageRoot(known)
  return root === packageRoot(file) && file.startsWith(`${root ?? dirname(known)}${sep}`)
}

/** The nearest folder above a file that has a manifest; undefined if there is none. */
function packageRoot(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) return undefined
  }
}
