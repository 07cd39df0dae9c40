import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** One file of the page. */
export interface Asset {
  readonly type: string
  readonly body: Buffer
}

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const
const PAGE_FILES = [
  'watch.css',
  'main.js',
  'model.js',
  'charts.js',
  'tooltip.js',
  'format.js',
  'dom.js',
  'icon.svg',
]

/** The page and everything it loads, by path; nothing else is served. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const require = createRequire(import.meta.url)
  const page = (name: string): URL => new URL(`../../page/${name}`, import.meta.url)
  return new Map<string, Asset>([
    ['/', asset('html', page('index.html'))],
    ...PAGE_FILES.map(
      (name) => [`/${name}`, asset(name.split('.').at(-1) as keyof typeof TYPES, page(name))] as const,
    ),
    ['/uplot.js', asset('js', require.resolve('uplot/dist/uPlot.esm.js'))],
    ['/uplot.css', asset('css', require.resolve('uplot/dist/uPlot.min.css'))],
  ])
}

const asset = (type: keyof typeof TYPES, file: URL | string): Asset => ({
  type: `${TYPES[type]}; charset=utf-8`,
  body: readFileSync(file),
})
