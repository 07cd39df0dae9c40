import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
const PAGES = [
  ...['.', 'docs', 'docs/architecture'].flatMap(markdownIn),
  ...['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => join(folder, name, 'README.md')),
  ),
].filter((page) => existsSync(join(ROOT, page)))

const PACKAGES = readdirSync(join(ROOT, 'packages')).map((folder) => `@umbra/${folder}`)

/** The commands of a page's shell blocks and of its code in lines of text, each as words. */
function commandsOf(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, code]) => code!)
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split(/\n|&&/))
  const inline = [...text.replaceAll(/```[^]*?```/g, '').matchAll(/`((?:npx )?umbra [^`]+|npm run [^`]+)`/g)]
  return [...lines, ...inline.map(([, code]) => code!)]
    .map((line) =>
      line
        .replace(/\s#.*$/, '')
        .trim()
        .replace(/^npx /, '')
        .split(/\s+/),
    )
    .filter(([program]) => program === 'umbra' || program === 'npm')
}

const commands = PAGES.flatMap((page) =>
  commandsOf(page).map((words) => ({ page, command: words.join(' ') })),
)

test.each(commands)('$page: $command', async ({ command }) => {
  const [program, ...words] = command.split(' ')
  if (program === 'npm') {
    const [verb, script = ''] = words
    if (verb === 'run' || verb === 'test')
      expect(Object.keys(scripts)).toContain(verb === 'run' ? script : 'test')
    for (const name of verb === 'install' ? words.filter((word) => word.startsWith('@umbra/')) : [])
      expect(PACKAGES).toContain(name)
    return
  }
  const name = words[0] === 'engine' || words[0] === 'study' ? words.slice(0, 2) : words.slice(0, 1)
  const isCommand = (word: string): boolean => /^[a-z]+$/.test(word)
  const help = await runCli([...name.filter(isCommand), '--help'])
  expect({ code: help.code, err: help.err }).toEqual({ code: 0, err: '' })
  for (const flag of words.filter((word) => /^--?[a-z]/.test(word)))
    expect(help.out).toMatch(new RegExp(`(^|\\s)${flag.split('=')[0]!}[\\s,]`))
  words.forEach((word, i) => {
    if (/^(\.\/)?examples\//.test(word) && ['--config', '-c', '--plugin'].includes(words[i - 1] ?? ''))
      expect(existsSync(join(ROOT, word)), word).toBe(true)
  })
})

test('there are commands to hold to', () => {
  expect(commands.length).toBeGreaterThan(20)
})
