/**
 * A manifest with the address of its repository, which provenance requires. The address is in no file: the host of the
 * repository passes it to every workflow.
 *
 * @template T
 * @param {T} manifest
 * @param {string} directory `packages/core`
 * @param {{ GITHUB_SERVER_URL?: string, GITHUB_REPOSITORY?: string }} environment
 */
export function withRepository(
  manifest,
  directory,
  { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository },
) {
  if (!server || !repository)
    throw new Error(
      'a release is made by .github/workflows/release.yml: GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set',
    )
  return { ...manifest, repository: { type: 'git', url: `git+${server}/${repository}.git`, directory } }
}
