/** How often groups of values come into each degree of order by pure chance (Jonckheere and Terpstra). */

/**
 * For groups of these sizes, the probability of each number of ordered pairs, counted over all pairs of values from
 * two different groups, when every order of the values is equally likely. Element k is the probability of k pairs.
 */
export function orderedPairs(groupSizes: readonly number[]): Float64Array {
  let distribution: Float64Array = Float64Array.of(1);
  let before = 0;
  for (const size of groupSizes) {
    // How a group lies among all before it does not depend on how those lie among themselves.
    if (before > 0) distribution = convolved(distribution, pairsOfTwo(before, size));
    before += size;
  }
  return distribution;
}

/** The distribution of the Mann-Whitney count for two groups. */
function pairsOfTwo(first: number, second: number): Float64Array {
  // rows[j]: the distribution for i and j values, with i growing from one round to the next.
  let rows = Array.from({ length: second + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= first; i++) {
    const next: Float64Array<ArrayBuffer>[] = [Float64Array.of(1)];
    for (let j = 1; j <= second; j++) {
      const distribution = new Float64Array(i * j + 1);
      // The greatest of all belongs to the first group, and then has j below it, or to the second.
      const fewer = rows[j]!;
      const sameFirst = next[j - 1]!;
      for (let k = 0; k < fewer.length; k++) distribution[k + j]! += (fewer[k]! * i) / (i + j);
      for (let k = 0; k < sameFirst.length; k++) distribution[k]! += (sameFirst[k]! * j) / (i + j);
      next.push(distribution);
    }
    rows = next;
  }
  return rows[second]!;
}

function convolved(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) product[i + j]! += a[i]! * b[j]!;
  }
  return product;
}
