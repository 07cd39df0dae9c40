import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { analyseComparison, reportHtml } from '../src/index.js'
import { exampleRecord } from './example-record.js'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--enable-logging=stderr',
  '--dump-dom',
]

// A request, a script or a style that the page's policy refuses is an error on the console.
it.skipIf(CHROMIUM === undefined)('a report opens in Chromium without a word on the console', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const open = async (name: string, page: string) => {
    const path = join(folder, name)
    writeFileSync(path, page)
    const flags = [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, `file://${path}`]
    const { stdout, stderr } = await promisify(execFile)(CHROMIUM!, flags, {
      timeout: 60_000,
      maxBuffer: 2 ** 26,
    })
    return { dom: stdout, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) }
  }
  const record = exampleRecord({ label: (id) => `${id}<script>alert(1)</script>` })
  const page = await reportHtml(analyseComparison(record), record)
  const report = await open('report.html', page)
  expect(report.dom).toContain('<svg')
  expect(report.console).toEqual([])
  // That it would have been heard:
  const loud = await open('loud.html', page.replace('<main', '<img src="https://example.org/x.png"><main'))
  expect(loud.console.join()).toContain('Content Security Policy')
})
