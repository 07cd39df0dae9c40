/** Address of the repository on the web, such as `https://host/owner/name`. As long as it is not known, the host of a workflow tells it. */
const REPOSITORY = undefined

/**
 * Where the repository is; undefined where nobody knows.
 *
 * @param {{ GITHUB_SERVER_URL?: string, GITHUB_REPOSITORY?: string }} environment
 * @returns {string | undefined}
 */
export function repositoryAddress({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name }) {
  return REPOSITORY ?? (server && name ? `${server}/${name}` : undefined)
}
