import type { EntryReader } from "../tar/tar-reader.ts";
import { lineReader } from "../bytes/lines.ts";
import type { Add } from "./package.ts";

/** Reads the headers of Python's core metadata: up to the first empty line, names in any case; a description follows. */
export function pythonReader(add: Add): EntryReader {
  const fields = new Map<string, string>();
  let over = false;
  const lines = lineReader(
    (line) => {
      if (line.trim() === "") over = true;
      const field = over ? null : /^(name|version):(.+)$/i.exec(line);
      const key = field?.[1]?.toLowerCase();
      if (key && field?.[2] && !fields.has(key)) fields.set(key, field[2].trim());
    },
    () => add({ name: fields.get("name"), version: fields.get("version") }),
  );
  return {
    data(bytes) {
      if (!over) lines.data(bytes);
    },
    end: () => lines.end(),
  };
}
