/** A typed name of a service. Two tokens are different even when their descriptions are the same. */
export interface Token<T> {
  readonly description: string
  readonly key: symbol
  /** Never set: ties the token to the type of its service. */
  readonly service?: (value: T) => T
}

/** A service a plugin brings along; made when first asked for. */
export interface ServiceProvision<T = unknown> {
  readonly token: Token<T>
  create(): T
}

/** For `Plugin.services`: replaces the service a run would otherwise use. */
export function provideService<T>(token: Token<T>, create: () => T): ServiceProvision {
  return Object.freeze({ token: token as Token<unknown>, create })
}

/** Makes the typed name of a service. */
export function token<T>(description: string): Token<T> {
  return Object.freeze({ description, key: Symbol(description) })
}
