import { describe, expect, it } from 'vitest'
import { withoutNotices } from './quietly.js'

describe('withoutNotices', () => {
  it('drops notices and keeps warnings and errors', () => {
    const text = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795489697.406165   11426 port.cc:153] oneDNN custom operations are on.
2026-01-01 10:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is optimized
To enable the following instructions: AVX2, in other operations, rebuild TensorFlow with the compiler flags.
W0000 00:00:1795489697.406165   11426 gpu_device.cc:1] Cannot dlopen some GPU libraries
E0000 00:00:1795489697.406165   11426 cuda.cc:1] failed call to cuInit
`
    expect(withoutNotices(text).split('\n')).toEqual([
      'W0000 00:00:1795489697.406165   11426 gpu_device.cc:1] Cannot dlopen some GPU libraries',
      'E0000 00:00:1795489697.406165   11426 cuda.cc:1] failed call to cuInit',
      '',
    ])
  })

  it('leaves nothing of notices alone', () => {
    expect(withoutNotices('I0000 00:00:1.4 1 port.cc:153] oneDNN\n')).toBe('')
  })
})
