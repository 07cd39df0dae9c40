// Compiles src/wasm/loops/loops.as (AssemblyScript) to src/wasm/loops/loops-binary.ts. With --check it writes nothing and
// fails when the committed binary is not what the source gives.
import { readFile, writeFile } from 'node:fs/promises'
import asc from 'assemblyscript/asc'

const folder = new URL('../src/wasm/loops/', import.meta.url)
const target = new URL('loops-binary.ts', folder)
const source = await readFile(new URL('loops.as', folder), 'utf8')

let binary
const options = ['--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert', '--enable', 'simd']
const { error, stderr } = await asc.main(
  ['loops.ts', ...options, '--optimizeLevel', '3', '--shrinkLevel', '0', '--outFile', 'loops.wasm'],
  {
    readFile: (name) => (name === 'loops.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'loops.wasm') binary = contents
    },
    listFiles: () => [],
  },
)
if (error) throw new Error(stderr.toString(), { cause: error })

const base64 = Buffer.from(binary).toString('base64')
const text = `// Made from loops.as by \`pnpm run loops\`.
export const LOOPS_BINARY =
  '${base64}'
`
if (!process.argv.includes('--check')) await writeFile(target, text)
else if ((await readFile(target, 'utf8')) !== text) {
  console.error('loops-binary.ts is older than loops.as: run `pnpm run loops`.')
  process.exitCode = 1
}
