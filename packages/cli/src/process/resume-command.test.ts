import { expect, test } from 'vitest'
import { resumeCommand } from './resume-command.js'

test('the same command with --resume, fit for a shell', () => {
  expect(
    resumeCommand(['node', 'umbra', 'compare', '-c', "it's here.ts", '--overwrite', '--seeds', '0,1']),
  ).toBe(String.raw`umbra compare -c 'it'\''s here.ts' --seeds 0,1 --resume`)
  expect(resumeCommand(['node', 'umbra', 'train', '--resume'])).toBe('umbra train --resume')
})
