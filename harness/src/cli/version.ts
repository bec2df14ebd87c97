/** What `--version` says, and what documents say they were written by. */
export const VERSION = "0.1.0";
