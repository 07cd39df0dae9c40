import { expect, it } from 'vitest'
import { encodeEvent } from './event.js'
import { frameRecord, maskedCrc } from './record.js'

const unmask = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0
  return ((rotated >>> 17) | (rotated << 15)) >>> 0
}

it.each<[string, Uint8Array, number]>([
  ['zeros', new Uint8Array(32), 0x8a9136aa],
  ['ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['ascending', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['descending', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['digits', Buffer.from('123456789'), 0xe3069283],
])('the vectors of RFC 3720, B.4: %s', (_, data, crc) => {
  expect(unmask(maskedCrc(data)).toString(16)).toBe(crc.toString(16))
})

// Written by TensorBoard 2.21's own RecordWriter from its own message classes.
it.each([
  [
    { time: 1700000000.5, version: 'brain.Event:2' },
    '1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110',
  ],
  [{ time: 1700000001, restartAt: 41 }, '0f000000000000006d532b090900004040fc54d94110293a020801531b8fbc'],
  [
    { time: 1700000002, step: 300_000_000, scalars: { 'train/loss': 0.5, 'test/top1': 0.8125 } },
    '36000000000000004f578cef0900008040fc54d9411080c6868f012a250a110a0a747261696e2f6c6f7373150000003f0a100a09746573742f746f7031150000503f736f63f7',
  ],
])('the bytes TensorBoard writes: %j', (event, bytes) => {
  expect(Buffer.from(frameRecord(encodeEvent(event))).toString('hex')).toBe(bytes)
})
