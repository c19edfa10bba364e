/** Random numbers that a seed repeats: the same seed draws the same client addresses again. */
import { createHash } from 'node:crypto';

export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` up to and including `high`. */
  integer(low: number, high: number): number;
  /** @throws RangeError for an empty list */
  pick<Item>(items: readonly Item[]): Item;
  /** A new list in random order. */
  shuffled<Item>(items: readonly Item[]): Item[];
  /**
   * An IPv4 address as a client on the internet could have. Its first three octets, all that `ip_hash` looks at, are
   * independent: addresses in sequence would be spread by the hash too evenly to be true.
   */
  address(): string;
}

/** @param stream Names the sequence: two streams of one seed have nothing to do with each other. */
export function seededRandom(seed: number, stream: string): SeededRandom {
  const words = createHash('sha256').update(`${seed}:${stream}`).digest();
  let a = words.readUInt32LE(0);
  let b = words.readUInt32LE(4);
  let c = words.readUInt32LE(8);
  let counter = 1;

  // sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, and fast.
  function next(): number {
    const sum = (a + b + counter++) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum / 2 ** 32;
  }
  function integer(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1));
  }
  for (let round = 0; round < 12; round++) next();

  return {
    next,
    integer,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('There is nothing to pick from.');
      return items[integer(0, items.length - 1)]!;
    },
    shuffled: (items) => {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last--) {
        const other = integer(0, last);
        [order[last], order[other]] = [order[other]!, order[last]!];
      }
      return order;
    },
    address: () => {
      let first = 0;
      // Private and loopback networks are no place for a client on the internet.
      while (first === 0 || first === 10 || first === 127) first = integer(1, 223);
      return [first, integer(0, 255), integer(0, 255), integer(1, 254)].join('.');
    },
  };
}
