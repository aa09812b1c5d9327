/** Lets so many pieces of work go at once, each in a lane with a number of its own; the others wait in line. */
export function lanes(count: number): <T>(work: (lane: number) => Promise<T>) => Promise<T> {
  const free = Array.from({ length: count }, (_, lane) => lane);
  const waiting: ((lane: number) => void)[] = [];
  return async (work) => {
    const lane = free.shift() ?? (await new Promise<number>((go) => waiting.push(go)));
    try {
      return await work(lane);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  };
}
