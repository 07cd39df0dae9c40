import { describe, expect, it } from 'vitest'
import { decodeXz } from './decode-xz.js'

/** "umbra" four times, as Python's lzma and xz write it. */
const TEXT = 'umbraumbraumbraumbra'
const decode = (bytes: Buffer): Promise<Buffer> => decodeXz(new Uint8Array(bytes), 1000, 'train.bin.xz')
const base64 = (text: string): Buffer => Buffer.from(text, 'base64')

describe('decodeXz', () => {
  it.each([
    [
      'no checksum',
      '/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AATAAtdADqbSGtURRCZMAAAAAAAAR8UyG8G9wZynnoBAAAAAABZWg==',
    ],
    ['CRC32', '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AATAAtdADqbSGtURRCZMAAAAACK3rBIAAEjFDcW9YSQQpkNAQAAAAABWVo='],
    [
      'CRC64',
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AATAAtdADqbSGtURRCZMAAAAADxKIYozFuCgwABJxQz05ngH7bzfQEAAAAABFla',
    ],
    [
      'two archives and padding',
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAGdW1icmF1bQAAb9KoNEtG2x8AAR8HFi64cx+2830BAAAAAARZWv03elhaAAAE5ta0RgIAIQEWAAAAdC/lo+AADAALXQAxHIhHJwGFWEAAAAAAZfxBIR5W230AAScN83vyhB+2830BAAAAAARZWgAAAAA=',
    ],
  ])('reads one with %s', async (_, archive) => {
    expect((await decode(base64(archive))).toString()).toBe(TEXT)
  })

  it.each([
    [
      'a checksum of SHA-256',
      '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AATAAtdADqbSGtURRCZMAAAAACPtE6UcwK5tqQAFv5NcloFiiqAPUteANL6dek9LKz4OQABPxRqS4JiGJtLmgEAAAAAClla',
    ],
    [
      'the filter x86',
      '/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4AATAAtdADqbSGtURRCZMAAAAADxKIYozFuCgwABJxQz05ngH7bzfQEAAAAABFla',
    ],
    [
      'the filter delta',
      '/Td6WFoAAATm1rRGAgEDAQIhARby6M1E4AATAA5dADqbSHR0O0ZJb4dDjQAAAAAA8SiGKMxbgoMAASoUfq03VR+2830BAAAAAARZWg==',
    ],
    ['an LZMA archive of the older kind', 'XQAAgAD//////////wA6m0hrVEUQtD6D///zR8AA'],
    ['a gzip archive', 'H4sIAAAAAAAAAw=='],
    ['a zstd archive', 'KLUv/QRYAQAA'],
    ['a bzip2 archive', 'QlpoOTFBWSZTWQ=='],
  ])('names %s as unsupported, not as damaged', async (name, archive) => {
    await expect(decode(base64(archive))).rejects.toMatchObject({
      code: 'UMBRA_ARCHIVE',
      message: expect.stringContaining(`received ${name}. Unpack it`) as string,
    })
  })

  it.each([
    ['other bytes', Buffer.from('no archive at all')],
    ['a cut archive', base64('/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AATAAtdADqbSGtURRCZMA==')],
  ])('calls %s damaged', async (_, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'UMBRA_FILE_CORRUPT' })
  })
})
