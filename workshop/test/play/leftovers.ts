/** What a runner has made in the engine, told by the label that all of it carries. */
import { execa } from "execa";
import { OWNER_LABEL, ownerOf } from "../../../harness/src/engine/owner.ts";
import { dockerCommand } from "../../src/docker/command.ts";

export { ownerOf };

/** Containers, images and networks of a runner that are there now, whether it lives or not: `image 0123456789ab`. */
export async function leftOf(owner: string): Promise<readonly string[]> {
  const { file, env } = await dockerCommand();
  const asked = { container: ["--all"], image: ["--all"], network: [] };
  const found = await Promise.all(
    Object.entries(asked).map(async ([kind, all]) => {
      const filter = ["--filter", `label=${OWNER_LABEL}=${owner}`];
      const { stdout } = await execa(file, [kind, "ls", "--quiet", ...all, ...filter], { env });
      return stdout.split("\n").flatMap((id) => (id === "" ? [] : [`${kind} ${id}`]));
    }),
  );
  return found.flat();
}
