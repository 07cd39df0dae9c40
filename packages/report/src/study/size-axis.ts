/** An axis of numbers of parameters with a tick at every model, as many of them labelled as fit. */
export const sizeAxis = (models: readonly { readonly parameters: number }[]) => ({
  values: [...new Set(models.map(({ parameters }) => parameters))].sort((a, b) => a - b),
  format: '.3~s',
})
