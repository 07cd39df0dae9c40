import { describe, expect, it } from 'vitest'
import { requirementsOf, satisfies } from './requirements.js'

const METADATA = `Metadata-Version: 2.4
Name: tensorflow
Requires-Dist: numpy>=1.26.0
Provides-Extra: and-cuda
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-nccl-cu12 (>=2.27.7) ; extra == 'and-cuda'
Requires-Dist: tensorflow-io>=0.23.1; (sys_platform != "win32") and extra == "gcs-filesystem"

Text; extra == "and-cuda"`

describe('requirementsOf', () => {
  it('reads what an extra asks for and nothing else', () => {
    const requirements = requirementsOf(METADATA, 'and-cuda')
    expect(requirements.map((requirement) => requirement.project)).toEqual([
      'nvidia-cublas-cu12',
      'nvidia-nccl-cu12',
    ])
    expect(requirements[0]?.clauses).toEqual([
      { operator: '<', version: '13.0' },
      { operator: '>=', version: '12.5.3.2' },
    ])
  })
})

describe('satisfies', () => {
  const [cublas] = requirementsOf(METADATA, 'and-cuda')
  it.each([
    ['12.5.3.2', true],
    ['12.10', true],
    ['12.5.3', false],
    ['13', false],
    ['12.9.0rc1', false],
  ])('%s: %s', (version, expected) => {
    expect(satisfies(version, cublas!)).toBe(expected)
  })
})
