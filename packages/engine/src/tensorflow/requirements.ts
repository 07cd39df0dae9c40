import { compareVersions } from './compare-versions.js'

/** A project that another wheel requires: `nvidia-cublas-cu12<13.0,>=12.5.3.2`. */
export interface Requirement {
  readonly project: string
  readonly clauses: readonly Clause[]
}

interface Clause {
  readonly operator: string
  readonly version: string
}

/** The requirements of an extra in a wheel's METADATA: lines `Requires-Dist: name<2,>=1; extra == "and-cuda"`. */
export function requirementsOf(metadata: string, extra: string): Requirement[] {
  const requirements: Requirement[] = []
  for (const line of metadata.split(/\r?\n/)) {
    const [, specifier, marker] = /^Requires-Dist:\s*([^;]+);\s*(.+)$/.exec(line) ?? []
    if (specifier === undefined || marker === undefined) continue
    if (/^extra\s*==\s*["']([\w-]+)["']$/.exec(marker.trim())?.[1] !== extra) continue
    const [, project, clauses = ''] = /^([\w.-]+)\s*\(?([^()]*)\)?$/.exec(specifier.trim()) ?? []
    if (project !== undefined) requirements.push({ project, clauses: parseClauses(clauses) })
  }
  return requirements
}

/** Whether a final release (numbers and dots) meets every clause; other versions never do. */
export function satisfies(version: string, { clauses }: Requirement): boolean {
  if (!/^\d+(\.\d+)*$/.test(version)) return false
  return clauses.every(({ operator, version: bound }) => {
    const sign = compareVersions(version, bound)
    if (operator === '>=') return sign >= 0
    if (operator === '>') return sign > 0
    if (operator === '<=') return sign <= 0
    if (operator === '<') return sign < 0
    return operator === '==' ? sign === 0 : operator === '!=' && sign !== 0
  })
}

function parseClauses(text: string): Clause[] {
  return text
    .split(',')
    .map((part) => /^\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*$/.exec(part))
    .filter((match) => match !== null)
    .map((match) => ({ operator: match[1] ?? '', version: match[2] ?? '' }))
}
