/** As Promise.all, but waits for every task to end, so that none goes on behind a failure's back. */
export async function all<T>(tasks: readonly (T | Promise<T>)[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
