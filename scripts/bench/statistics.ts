export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

/** The value below which a share of the numbers lies; NaN where there are none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  return sorted[at] ?? Number.NaN
}

/** The median of the ratios of the runs that stood side by side. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((seconds, round) => seconds / (theirs[round] ?? Number.NaN)))
}
