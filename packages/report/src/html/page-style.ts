import { DARK_COLOURS, LIGHT_COLOURS } from './colours.js'

const variables = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')

/** The style sheet of a page; loads no fonts or pictures. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${variables(LIGHT_COLOURS)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK_COLOURS)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:64rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1,h2,h3{line-height:1.25;text-wrap:balance;overflow-wrap:anywhere;margin:0}
h1{font-size:2rem;letter-spacing:-.015em}
h2{font-size:1.5rem;letter-spacing:-.01em;padding-top:2.5rem;margin:0 0 .75rem}
h3{font-size:1.15rem;margin:2.25rem 0 .5rem}
figure h3{margin:0 0 .25rem}
p,ul,ol,dl{margin:.5rem 0 1rem;max-width:46rem}
ul,ol{padding-left:1.25rem}
li{margin:.2rem 0}
section+section{border-top:1px solid var(--line);margin-top:2.5rem}
.lead{font-size:1.05rem;color:var(--muted)}
.lead p{margin:.35rem 0}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem .75rem;z-index:1}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:.75rem 0 0;margin:1rem 0 0;border-top:1px solid var(--line);max-width:none}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
code{overflow-wrap:anywhere}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.75rem 1rem;overflow-x:auto;margin:.5rem 0 1rem;white-space:pre-wrap;overflow-wrap:anywhere}
.findings{list-style:none;padding:0;max-width:46rem;margin:.75rem 0 1.25rem}
.findings li{padding:.35rem 0 .35rem .9rem;border-left:4px solid var(--line);margin:.35rem 0}
.findings .better{border-color:var(--good)}
.findings .worse{border-color:var(--bad)}
.findings .headline{font-size:1.1rem;font-weight:600;border-color:var(--ink)}
figure{margin:1.75rem 0;padding:0}
figcaption{color:var(--muted);font-size:.9rem;max-width:46rem;margin:0 0 .5rem}
.plot{margin:.5rem 0}
.plot svg{display:block;max-width:100%;height:auto}
.plot .narrow{display:none}
.scroll{overflow-x:auto;margin:.75rem 0 1.25rem}
table{border-collapse:separate;border-spacing:0;font-size:.875rem;font-variant-numeric:tabular-nums;min-width:50%}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 .4rem;caption-side:top}
caption span{display:block;position:sticky;left:0;width:fit-content;max-width:min(46rem,calc(100vw - 2rem))}
th,td{padding:.35rem .8rem .35rem 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{font-weight:600;color:var(--muted);vertical-align:bottom;border-top:0}
tbody tr:first-child>*{border-top-width:2px}
tbody tr:last-child>*{border-bottom:1px solid var(--line)}
tbody th{font-weight:500;overflow-wrap:anywhere;min-width:7rem;max-width:18rem}
td{white-space:nowrap}
td.wrap{white-space:normal;min-width:14rem;overflow-wrap:anywhere}
.number{text-align:right}
td.number,th.number{padding-left:.4rem}
thead th.number{min-width:3.9rem}
.strong th,.strong td{font-weight:700}
details{margin:.25rem 0 1rem}
summary{cursor:pointer;color:var(--link);font-size:.9rem;padding:.15rem 0;width:fit-content}
.note{color:var(--muted);font-size:.9rem}
.warning{border-left:4px solid var(--warn);background:var(--card);padding:.6rem .9rem;margin:1rem 0;max-width:46rem}
.warning p,.warning ul{margin:.25rem 0}
footer{color:var(--muted);font-size:.875rem;padding-top:2rem;padding-bottom:3rem}
@media (max-width:44rem){
header,main,footer{padding-left:1rem;padding-right:1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem}
h2{font-size:1.3rem;padding-top:1.75rem}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper);max-width:9rem}
.plot .wide{display:none}
.plot .narrow{display:block}
}
@media print{
:root{${variables(LIGHT_COLOURS)}}
@page{margin:1.3cm}
body{font-size:10pt}
table{font-size:8pt}
th,td{padding:.25rem .5rem .25rem 0}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
nav,.skip,summary{display:none}
thead th.number{min-width:0}
.scroll{overflow:visible}
figure,tr,.findings li{break-inside:avoid}
h2,h3,caption{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto;display:block}
.plot .wide{display:block}
.plot .narrow{display:none}
a{color:inherit}
}
`
