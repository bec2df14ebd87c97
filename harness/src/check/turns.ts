/** Which side is driven next; `candidates` stands for each of them once. */
export type Turn = "baseline" | "candidates";

/**
 * The order of runs: candidates `runs` times, the baseline as often and twice at least, since what differs between two of its
 * runs is noise. The sides take turns, so that clocks and load are the same for both, and the baseline comes first and last,
 * so that clocks have moved on in between.
 */
export function turns(runs: number): readonly Turn[] {
  const order: Turn[] = ["baseline"];
  for (let run = 1; run <= runs; run++) {
    order.push("candidates");
    if (run > 1 || runs === 1) order.push("baseline");
  }
  return order;
}
