import { UmbraError, suggestion } from '@umbra/core'
import type { IndexFile } from '../net/simple-index.js'
import { compareVersions } from './compare-versions.js'
import type { WheelSource } from './platform.js'
import { type Requirement, satisfies } from './requirements.js'

/** Parts of a wheel's file name: `project-version(-build)?-python-abi-platform.whl`. */
export interface WheelName {
  readonly project: string
  readonly version: string
  /** Platform tags. */
  readonly platforms: readonly string[]
}

export function wheelName(filename: string): WheelName | undefined {
  if (!filename.endsWith('.whl')) return undefined
  const parts = filename.slice(0, -'.whl'.length).split('-')
  if (parts.length !== 5 && parts.length !== 6) return undefined
  const [project, version] = parts
  const platform = parts.at(-1)
  if (project === undefined || version === undefined || platform === undefined) return undefined
  return { project: normalised(project), version, platforms: platform.split('.') }
}

/** A project name for comparison: without case, and with `-` for `_` and `.`. */
const normalised = (project: string): string => project.toLowerCase().replace(/[-_.]+/g, '-')

/**
 * The wheel for a platform and version. The wheels of one version differ only in their Python, which is not used: the
 * smallest is chosen. Throws UMBRA_ENGINE_PLATFORM.
 */
export function chooseWheel(
  files: readonly IndexFile[],
  source: WheelSource,
  version: string,
  where: string,
): IndexFile {
  const ours: { file: IndexFile; version: string; fits: boolean }[] = []
  for (const file of files) {
    const name = wheelName(file.filename)
    if (name?.project !== normalised(source.project)) continue
    const fits = name.platforms.some((tag) => source.tag.test(tag))
    ours.push({ file, version: name.version, fits })
  }
  const best = ours
    .filter((wheel) => wheel.fits && wheel.version === version)
    .map((wheel) => wheel.file)
    .sort((a, b) => Number(a.yanked) - Number(b.yanked) || (a.size ?? 0) - (b.size ?? 0) || order(a, b))[0]
  if (best !== undefined) return best

  const fitting = [...new Set(ours.filter((wheel) => wheel.fits).map((wheel) => wheel.version))]
  if (fitting.length > 0) {
    throw new UmbraError('UMBRA_ENGINE_PLATFORM', {
      subject: `${source.project} ${version} in ${where}`,
      expected: 'a wheel of this version for this platform',
      received: 'none',
      remedy: suggestion(version, fitting),
    })
  }
  throw new UmbraError('UMBRA_ENGINE_PLATFORM', {
    subject: `${source.project} in ${where}`,
    expected: `a wheel whose platform tag matches ${source.tag.source}`,
    received: ours.length === 0 ? 'no wheel' : 'wheels of other platforms',
    remedy: 'Use another index with --index, or the wasm engine',
  })
}

const order = (a: IndexFile, b: IndexFile): number => (a.filename < b.filename ? -1 : 1)

/** The newest wheel of a project that another wheel requires. Throws UMBRA_ENGINE_PLATFORM. */
export function chooseCompanion(
  files: readonly IndexFile[],
  { tag }: WheelSource,
  requirement: Requirement,
  where: string,
): IndexFile {
  const fitting: { file: IndexFile; version: string }[] = []
  for (const file of files) {
    const name = wheelName(file.filename)
    if (name?.project !== normalised(requirement.project) || file.yanked) continue
    if (!name.platforms.some((platform) => tag.test(platform))) continue
    if (satisfies(name.version, requirement)) fitting.push({ file, version: name.version })
  }
  const best = fitting.sort((a, b) => compareVersions(b.version, a.version))[0]
  if (best !== undefined) return best.file
  throw new UmbraError('UMBRA_ENGINE_PLATFORM', {
    subject: `${requirement.project} in ${where}`,
    expected: `a wheel of version ${requirement.clauses.map((c) => c.operator + c.version).join(', ')}`,
    received: 'none for this platform',
    remedy: 'Use another index with --index, or install without --gpu',
  })
}
