import { freemem } from 'node:os'
import process from 'node:process'

/** Free memory of the container if there is one, else of the machine. */
export function freeBytes(): number {
  // Not in the oldest supported Node.
  const available = (process as { readonly availableMemory?: () => number }).availableMemory?.() ?? freemem()
  return available > 0 ? available : freemem()
}
