/** The element of an id. @template {HTMLElement} [E=HTMLElement] @param {string} id @returns {E} */
export const byId = (id) => /** @type {E} */ (document.getElementById(id))

/**
 * An element with a class, and children that are elements or inert text.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}
