import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Links of a Markdown page to files of the repository, as written: `methods.md#sums-of-methods`. Code is left out. */
export const linksOf = (markdown: string): string[] =>
  [
    ...markdown
      .replaceAll(/```[^]*?```/g, '')
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].flatMap(([, target]) => (target === undefined || /^[a-z]+:/.test(target) ? [] : [target]))

/** The anchors that a page's headings have, as hosts of repositories make them. */
export const anchorsOf = (markdown: string): string[] =>
  [...markdown.replaceAll(/```[^]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )

export interface PageLinks {
  /** Pages that links lead to from the first one, itself included. */
  readonly reached: ReadonlySet<string>
  /** `docs/hooks.md: nothing.md`. */
  readonly dead: readonly string[]
}

/** Follows links from a page, all paths relative to `root`; a folder stands for its README. */
export function followLinks(root: string, first: string): PageLinks {
  const reached = new Set([first])
  const dead: string[] = []
  // A set's loop also visits what is added on the way.
  for (const page of reached) {
    for (const link of linksOf(readFileSync(join(root, page), 'utf8'))) {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : pageAt(root, normalize(join(dirname(page), path)))
      if (target === undefined || (anchor !== undefined && !hasAnchor(root, target, anchor)))
        dead.push(`${page}: ${link}`)
      else if (target.endsWith('.md')) reached.add(target)
    }
  }
  return { reached, dead }
}

function pageAt(root: string, path: string): string | undefined {
  if (!existsSync(join(root, path))) return undefined
  const readme = join(path, 'README.md')
  return statSync(join(root, path)).isDirectory() && existsSync(join(root, readme)) ? readme : path
}

const hasAnchor = (root: string, page: string, anchor: string): boolean =>
  page.endsWith('.md') && anchorsOf(readFileSync(join(root, page), 'utf8')).includes(anchor)
