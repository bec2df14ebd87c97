import type { PairResult, RebuildResult } from "slimproof";
import { exact, table } from "./table.ts";

type Measured = NonNullable<PairResult["images"]["baseline"]>;

/** An image of a pair, each only once though several pairs share a baseline. */
interface Row {
  readonly pair: PairResult;
  readonly image: string;
  readonly measured: Measured;
  readonly base: Measured;
}

function rowsOf(pairs: readonly PairResult[]): readonly Row[] {
  return pairs.flatMap((pair, at) => {
    const first = pairs[at - 1]?.name !== pair.name;
    const kinds = first ? (["baseline", "candidate"] as const) : (["candidate"] as const);
    return kinds.map((kind): Row => {
      const measured = pair.images[kind];
      const base = pair.images.baseline;
      if (!measured || !base) throw new Error(`${pair.name} was not measured`);
      return { pair, image: kind === "baseline" ? "single" : pair.candidate, measured, base };
    });
  });
}

/** Single against multi against minimal: bytes and packages. With `named`, several apps in one table. */
export function sizesTable(pairs: readonly PairResult[], named: boolean): string {
  const rows = rowsOf(pairs).map(({ pair, image, measured, base }) => [
    ...(named ? [pair.name] : []),
    image,
    exact(measured.size.unpacked),
    share(measured.size.unpacked, base.size.unpacked),
    exact(measured.size.transfer),
    share(measured.size.transfer, base.size.transfer),
    String(measured.size.layers.length),
    String(measured.anatomy.packages.length),
  ]);
  const head = ["image", "size, bytes", "of single", "transfer, bytes", "of single", "layers"];
  return tableOf([...(named ? ["app"] : []), ...head, "packages"], rows, named ? 2 : 1);
}

/** What there is to attack. */
export function surfaceTable(pairs: readonly PairResult[]): string {
  const rows = rowsOf(pairs).map(({ pair, image, measured }) => {
    const { shells, packageManagers, compilers, sources, setuid, secrets, binaries } =
      measured.anatomy;
    return [
      pair.name,
      image,
      ...[shells, packageManagers, compilers, sources, setuid, secrets].map(({ count }) =>
        String(count),
      ),
      String(binaries.static + binaries.dynamic),
      measured.image.config.user || "root",
    ];
  });
  const counted = ["shells", "package managers", "compilers", "sources", "setuid", "secrets"];
  return tableOf(["app", "image", ...counted, "programs", "user"], rows, 2);
}

const CHANGES = { none: "nothing", source: "a source", dependencies: "the dependency list" };

/** Seconds of a build after each change, and the candidate's share of the baseline's. */
export function changesTable(results: readonly RebuildResult[]): string {
  const rows = results.flatMap(({ name, changes }) =>
    changes.flatMap(({ kind, file, missing, images }) =>
      missing !== null
        ? [[name, CHANGES[kind], "", missing, "", ""]]
        : images.map(({ image, seconds, ratio, steps, cached }) => [
            name,
            `${CHANGES[kind]}${file === null ? "" : ` (${file})`}`,
            image,
            `${seconds.median.toFixed(seconds.median < 1 ? 2 : 1)} s`,
            ratio === null ? "" : ratio.toFixed(2),
            `${cached} of ${steps}`,
          ]),
    ),
  );
  const head = ["app", "what was edited", "image", "rebuild", "of single", "steps cached"];
  return tableOf(head, rows, 3);
}

/** A Markdown table whose first columns are texts and whose others are numbers. */
function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts: number,
): string {
  const columns = head.map((name, at) =>
    at < texts ? { name } : { name, numeric: true as const },
  );
  return table(columns, rows);
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return `${percent < 10 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}
