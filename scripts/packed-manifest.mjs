/**
 * The manifest of a package as it is published: with the address of its repository, which provenance requires, and without what is of use
 * only inside the repository.
 *
 * @param {Readonly<Record<string, unknown>>} manifest
 * @param {string} directory `packages/core`
 * @param {string | undefined} address
 */
export function packedManifest(manifest, directory, address) {
  const published = { ...manifest }
  for (const field of ['devDependencies', 'scripts']) delete published[field]
  if (address === undefined) return published
  return {
    ...published,
    homepage: `${address}/tree/HEAD/${directory}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { type: 'git', url: `git+${address}.git`, directory },
  }
}
