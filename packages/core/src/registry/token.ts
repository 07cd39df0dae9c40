/** A typed name of a service. Two tokens are different even when their descriptions are the same. */
export interface Token<T> {
  readonly description: string
  readonly key: symbol
  /** Never set: ties the token to the type of its service. */
  readonly service?: (value: T) => T
}

export function token<T>(description: string): Token<T> {
  return Object.freeze({ description, key: Symbol(description) })
}
