import type { Random } from './random.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A copy in which the value at one random place is one of `values`, or an object has a key more. */
export function changeJson(value: Json, random: Random, values: readonly [Json, ...Json[]]): Json {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (keys.length === 0 || random.chance(0.25)) return random.pick(values)
  const key = random.pick(keys as [string, ...string[]])
  if (Array.isArray(value))
    return value.map((item: Json, i) => (String(i) === key ? changeJson(item, random, values) : item))
  const record = value as Record<string, Json>
  if (random.chance(0.1)) return { ...record, [random.pick(['extra', 'constructor', 'toString', key])]: 1 }
  return { ...record, [key]: changeJson(record[key] ?? null, random, values) }
}
