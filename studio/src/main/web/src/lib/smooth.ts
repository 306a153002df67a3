/** A running mean that forgets: every value counts `rate` times as much as the next one; corrected for its start. */
export function smoothed(values: (number | null)[], rate: number): (number | null)[] {
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = rate * mean + (1 - rate) * value;
    weight = rate * weight + (1 - rate);
    return mean / weight;
  });
}
