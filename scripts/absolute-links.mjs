/** In a package's README every link to another page of the repository begins so. */
const UP = '../../'

/**
 * A README whose links work outside the repository.
 *
 * @param {string} text
 * @param {string} address of the repository
 */
export const absoluteLinks = (text, address) => text.replaceAll(`](${UP}`, `](${pages(address)}`)

/**
 * The README as it was before `absoluteLinks`.
 *
 * @param {string} text
 * @param {string} address
 */
export const relativeLinks = (text, address) => text.replaceAll(`](${pages(address)}`, `](${UP}`)

const pages = (address) => `${address}/blob/HEAD/`
