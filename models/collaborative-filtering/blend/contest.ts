/** The items that compete for a customer's list, each once. */
export interface Contest {
  /** the first `count` of them compete, in the order in which they entered */
  readonly items: Uint32Array;
  readonly count: number;
  enter(item: number): void;
  clear(): void;
}

/** Scratch: 5 bytes an item. */
export function createContest(itemCount: number): Contest {
  const items = new Uint32Array(itemCount);
  const competes = new Uint8Array(itemCount);
  let count = 0;
  return {
    items,
    get count() {
      return count;
    },
    enter(item) {
      if (competes[item] === 1) return;
      competes[item] = 1;
      items[count++] = item;
    },
    clear() {
      for (let rank = 0; rank < count; rank++) competes[items[rank]] = 0;
      count = 0;
    },
  };
}
