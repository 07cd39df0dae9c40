/** What a run is for: one method, all of them, or the search for their options alone. */
export type RunCommand = 'train' | 'compare' | 'tune'
