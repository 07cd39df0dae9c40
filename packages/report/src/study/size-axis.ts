/** An axis of parameter counts with a tick at every model, labelled where there is room. */
export const sizeAxis = (models: readonly { readonly parameters: number }[]) => ({
  values: [...new Set(models.map(({ parameters }) => parameters))].sort((a, b) => a - b),
  format: '.3~s',
})
