import type { EntryReader } from "../tar/tar-reader.ts";
import { lineReader } from "../bytes/lines.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Account, Found } from "../tree/inode.ts";

/** The largest passwd files of base images have some forty lines. */
const MOST_ACCOUNTS = 10_000;

/** Reads /etc/passwd (passwd(5)): NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL, of which name and number are kept. */
export function accountReader(path: string, _: TarEntry, found: Found): EntryReader | null {
  return path === "/etc/passwd" ? passwdReader(found) : null;
}

function passwdReader(found: Found): EntryReader {
  const users: Account[] = [];
  return lineReader(
    (line) => {
      const fields = /^([^:\s]{1,64}):[^:]*:(\d{1,10}):/.exec(line);
      if (fields?.[1] && users.length < MOST_ACCOUNTS)
        users.push({ name: fields[1], uid: Number(fields[2]) });
    },
    () => found({ users }),
  );
}
