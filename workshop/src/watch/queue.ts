/** Events in the order in which they came, for one reader. */
export interface Queue<T> {
  push(event: T): void;
  next(): Promise<T>;
}

export function openQueue<T>(): Queue<T> {
  const waiting: T[] = [];
  let wake: ((event: T) => void) | null = null;
  return {
    push(event) {
      const reader = wake;
      wake = null;
      if (reader) reader(event);
      else waiting.push(event);
    },
    next() {
      const event = waiting.shift();
      return event === undefined
        ? new Promise((resolve) => {
            wake = resolve;
          })
        : Promise.resolve(event);
    },
  };
}
