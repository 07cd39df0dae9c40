import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anchorsOf, followLinks, linksOf } from './page-links.js'

describe('this repository', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const { reached, dead } = followLinks(root, 'README.md')

  it('has no dead link on a page that the README leads to', () => {
    expect(dead).toEqual([])
  })

  it.each(['docs', 'docs/architecture'])('leads from the README to every page of %s', (folder) => {
    const pages = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))
    expect(pages.map((name) => `${folder}/${name}`).filter((page) => !reached.has(page))).toEqual([])
  })
})

describe('followLinks', () => {
  it('follows folders and anchors, and finds what is not there', () => {
    const root = mkdtempSync(join(tmpdir(), 'umbra-links-'))
    onTestFinished(() => rmSync(root, { recursive: true }))
    mkdirSync(join(root, 'docs'))
    const first = '[a](docs) [b](docs/b.md#two-words) [c](docs/b.md#three) [d](gone.md) [e](https://e.org)'
    writeFileSync(join(root, 'README.md'), first)
    writeFileSync(join(root, 'docs/README.md'), '[up](../README.md)')
    writeFileSync(join(root, 'docs/b.md'), '# Two words')
    writeFileSync(join(root, 'docs/alone.md'), '')
    const { reached, dead } = followLinks(root, 'README.md')
    expect([...reached].sort()).toEqual(['README.md', 'docs/README.md', 'docs/b.md'])
    expect(dead).toEqual(['README.md: docs/b.md#three', 'README.md: gone.md'])
  })
})

it('leaves links and headings in code alone', () => {
  expect(linksOf('`[a](b.md)` [c](d.md)\n```md\n[e](f.md)\n```\n')).toEqual(['d.md'])
  expect(anchorsOf('# `ats`: what it is\n```sh\n# no\n```\n')).toEqual(['ats-what-it-is'])
})
