/**
 * Columns of a grid of panels, and how its x axes are drawn: panels that fill every row share the axes below the last row;
 * otherwise each has its own, since an axis would be left below an empty cell.
 */
export function facetGrid(
  count: number,
  most: number,
): { readonly columns: number; readonly axis: { readonly x?: 'independent' } } {
  const widest = Math.max(1, Math.min(count, most))
  const columns = count % widest === 0 ? widest : count % 2 === 0 ? 2 : widest
  return { columns, axis: count % columns === 0 ? {} : { x: 'independent' } }
}
