/** Line numbers (all, or `lines` in their order) sorted stably by key: a counting sort, linear time. */
export function sortStably(keys: Uint32Array, keyCount: number, lines?: Uint32Array): Uint32Array {
  const next = new Uint32Array(keyCount + 1);
  for (const key of keys) next[key + 1]++;
  for (let key = 0; key < keyCount; key++) next[key + 1] += next[key];
  const sorted = new Uint32Array(keys.length);
  for (let rank = 0; rank < keys.length; rank++) {
    const line = lines === undefined ? rank : lines[rank];
    sorted[next[keys[line]]++] = line;
  }
  return sorted;
}
