// Compiles src/wasm/loops/*.as (AssemblyScript) to src/wasm/loops/loops-binary.ts. With --check it writes nothing and
// fails when the committed binary is not what the source gives.
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import asc from 'assemblyscript/asc'

const folder = new URL('../src/wasm/loops/', import.meta.url)
const target = new URL('loops-binary.ts', folder)
/** The compiler looks for `name.ts`. */
const source = (name) =>
  /^\w+\.ts$/.test(name) ? readFileSync(new URL(name.replace('.ts', '.as'), folder), 'utf8') : null

let binary
const options = ['--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert', '--enable', 'simd']
const { error, stderr } = await asc.main(
  [
    'columns.ts',
    'windows.ts',
    ...options,
    '--optimizeLevel',
    '3',
    '--shrinkLevel',
    '0',
    '--outFile',
    'loops.wasm',
  ],
  {
    readFile: source,
    writeFile: (name, contents) => {
      if (name === 'loops.wasm') binary = contents
    },
    listFiles: () => [],
  },
)
if (error) throw new Error(stderr.toString(), { cause: error })

const base64 = Buffer.from(binary).toString('base64')
const text = `// Made from the .as files by \`pnpm run loops\`.
export const LOOPS_BINARY =
  '${base64}'
`
if (!process.argv.includes('--check')) await writeFile(target, text)
else if ((await readFile(target, 'utf8')) !== text) {
  console.error('loops-binary.ts is older than the .as files: run `pnpm run loops`.')
  process.exitCode = 1
}
