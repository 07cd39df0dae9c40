import { type DefaultTreeAdapterMap, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']
export type Element = DefaultTreeAdapterMap['element']

/** Every element of a page, as a browser's parser sees it. */
export function elements(page: string): readonly Element[] {
  const all: Element[] = []
  const visit = (node: Node): void => {
    if ('tagName' in node) all.push(node)
    if ('childNodes' in node) node.childNodes.forEach(visit)
  }
  visit(parse(page))
  return all
}

export const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((each) => each.name === name)?.value

export const text = (node: Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(text).join('') : ''
