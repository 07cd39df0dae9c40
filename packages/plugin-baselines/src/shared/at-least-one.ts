/** A list that is not empty. */
export type AtLeastOne<T> = readonly [T, ...T[]]

/** `map`, which keeps the type's promise that there is an element. */
export const mapAll = <A, B>(
  [first, ...rest]: AtLeastOne<A>,
  f: (element: A, index: number) => B,
): AtLeastOne<B> => [f(first, 0), ...rest.map((element, i) => f(element, i + 1))]
