import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.js'
import { hashJson } from './hash-json.js'
import { sha256Of } from './sealed-json.js'

test.each([
  '{}',
  '[]',
  '[[],{},null]',
  '"é\\ud83d\\ude00\\u001b\\ud800"',
  '{"b":1,"a":[true,false,null,1e-9,-0,1e21],"ä":"","A":{"z":{},"y":[]}}',
  // Objects put property names that are indices first.
  '{"b":1,"10":2,"9":3,"01":4,"-1":5,"4294967294":6,"4294967295":7,"a":8,"0":9}',
  '{"__proto__":{"b":1,"a":2},"constructor":1}',
  JSON.stringify({ long: Array.from({ length: 3000 }, (_, i) => ({ epoch: i, text: '😀'.repeat(20) })) }),
])('%#: the sha256 of the canonical JSON', (text) => {
  const value: unknown = JSON.parse(text)
  expect(hashJson(value)).toBe(sha256Of(canonicalJson(value)))
})
