import type { Exercise } from "../course/exercise.ts";
import { choose, type Desk } from "../desk/desk.ts";
import { currentOf } from "../desk/progress.ts";

/** The exercise that a command names, else the current one. @throws InputError for a name that fits none or several. */
export async function named(desk: Desk, text: string | undefined): Promise<Exercise> {
  return text === undefined
    ? currentOf(await desk.state(), desk.course)
    : choose(desk.course, text);
}
