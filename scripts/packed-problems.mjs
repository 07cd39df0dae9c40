/** Bytes a package may have when unpacked. */
export const LARGEST = 800_000

/**
 * Problems with the files of a packed package.
 *
 * @param {{ name: string, data: Uint8Array }[]} files paths begin with `package/`
 * @param {{ license: string, hasSource: (module: string) => boolean }} expected the licence's text; whether a module of `dist`
 *   (`trainer/create-cohort`) is still among the sources
 * @returns {string[]}
 */
export function packedProblems(files, { license, hasSource }) {
  const problems = []
  const of = (name) => files.find((file) => file.name === `package/${name}`)
  const packedLicense = of('LICENSE')
  if (packedLicense === undefined) problems.push('has no LICENSE')
  else if (new TextDecoder().decode(packedLicense.data) !== license)
    problems.push('has a LICENSE that differs from that of the repository')
  if (of('README.md') === undefined) problems.push('has no README.md')
  const readme = new TextDecoder().decode(of('README.md')?.data)
  for (const [, link] of readme.matchAll(/\]\((?!https:\/\/|#)([^)]*)\)/g))
    problems.push(`README.md links to ${link}, which is not in the package`)
  const bytes = files.reduce((sum, { data }) => sum + data.length, 0)
  if (bytes > LARGEST) problems.push(`has ${bytes} bytes, more than ${LARGEST}`)
  for (const { name } of files) {
    const path = name.replace(/^package\//, '')
    if (path.endsWith('.map')) problems.push(`ships ${path}, a map to a source that is not shipped`)
    if (/\.test(-d)?\./.test(path)) problems.push(`ships ${path}, a test`)
    const module = /^dist\/(.*?)(\.d\.ts|\.js)$/.exec(path)?.[1]
    if (module !== undefined && !hasSource(module))
      problems.push(`ships ${path}, which has no source: build again`)
  }
  return problems
}
