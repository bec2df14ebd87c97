/** What the course's own check has to say, or not: one line a finding. Nothing here is shown to a learner. */
export interface Fault {
  /** The exercise's name, or `course`. */
  readonly of: string;
  /** `starter`, `solution`, `hints`, `files`, `readme`, `console`. */
  readonly about: string;
  readonly message: string;
}
