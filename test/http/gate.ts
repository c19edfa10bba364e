/** Holds a request at a point of its handler until the test lets it go on, so that an overlap is certain. */
interface Gate {
  readonly reached: Promise<void>;
  readonly opened: Promise<void>;
  reach(): void;
  open(): void;
}

const gates = new Map<string, Gate>();

export function gate(name: string): Gate {
  let found = gates.get(name);
  if (found === undefined) {
    const reached = withResolvers();
    const opened = withResolvers();
    found = { reached: reached.promise, opened: opened.promise, reach: reached.resolve, open: opened.resolve };
    gates.set(name, found);
  }
  return found;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
