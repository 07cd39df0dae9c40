import { type ZipEntry, floats, pickle, torchTensor, zip } from '@umbra/testing'
import type { Random } from '../random.js'

/** Archives with entries that share bytes or names, lie about their sizes, or are of something else. */
export function hostileZip(random: Random): Uint8Array {
  const { below, pick } = random
  const data = floats(1, 2, 3, 4)
  const count = pick([1, 5, 400])
  const views = Array.from({ length: count }, (_, i) => [
    `w${i}`,
    torchTensor({ key: String(i), length: 4, shape: [4] }),
  ])
  const object: ZipEntry = {
    name: 'archive/data.pkl',
    data: pickle(Object.fromEntries(views) as Record<string, ReturnType<typeof torchTensor>>),
  }
  const name = (i: number): string => `archive/data/${i}`
  const several = (make: (i: number) => Partial<ZipEntry>): ZipEntry[] =>
    Array.from({ length: count }, (_, i) => ({ name: name(i), data, ...make(i) }))
  return pick([
    () => zip([{ name: name(0), data }, object, ...several((i) => (i === 0 ? {} : { sameAs: 0 })).slice(1)]),
    () => zip([object, ...several(() => ({ name: name(0) }))]),
    () => zip([object, object, ...several(() => ({}))]),
    () => zip([object, ...several(() => ({ claims: { size: pick([0, 1, 2 ** 31, 2 ** 32 - 1]) } }))]),
    () => zip([object, ...several(() => ({ claims: { crc: below(2 ** 31) } }))]),
    () => zip([object, ...several(() => ({ method: pick([1, 8, 9, 12, 99]) }))]),
    () =>
      zip([object, ...several(() => ({ name: pick(['../../etc/passwd', '/abs', 'a\\b', '', '\x1b[31m']) }))]),
    () =>
      zip([
        { name: 'w.npy', data },
        { name: 'v.npy', data },
      ]),
    () => zip([{ name: 'archive/constants.pkl', data }, object]),
    () => zip([]),
  ] as const)()
}
