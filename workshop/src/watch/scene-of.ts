import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { statuses, type Desk } from "../desk/desk.ts";
import { sizesOf, type Position } from "./position.ts";
import type { Scene } from "./scene.ts";

/** The scene of a position, with what the disk holds now. `shown` is how the learner names a folder from where they are. */
export async function sceneOf(
  desk: Desk,
  shown: (folder: string) => string,
  call: string,
  at: Position,
): Promise<Scene> {
  const state = await desk.state();
  const { exercise, phase, panel, notice, pair, size, page } = at;
  const [file = ""] = exercise.edit;
  return {
    course: desk.course,
    exercise,
    state,
    statuses: await statuses(desk, state),
    folder: shown(desk.place(exercise)),
    solution: shown(desk.solution(exercise)),
    phase,
    panel,
    pair,
    sizes: sizesOf(at, size),
    edited: {
      starter: await textOf(join(exercise.folder, file)),
      own: await textOf(join(desk.place(exercise), file)),
    },
    notice,
    page,
    call,
  };
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, "utf8").catch(() => "");
}
