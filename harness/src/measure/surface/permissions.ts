import type { Inode } from "../tree/inode.ts";

const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;

/** Whether a program runs with its owner's or its group's rights; without the right to execute it (setgid: by the group) it does not. */
export function isSetuid({ kind, mode }: Inode): boolean {
  if (kind !== "file") return false;
  return (
    ((mode & SETUID) !== 0 && (mode & 0o111) !== 0) ||
    ((mode & SETGID) !== 0 && (mode & 0o010) !== 0)
  );
}

/** Whether anyone may change a file, or rename and delete in a folder what others own there. Links have no rights of their own. */
export function isWorldWritable({ kind, mode }: Inode): boolean {
  if (kind === "directory") return (mode & 0o002) !== 0 && (mode & STICKY) === 0;
  return kind === "file" && (mode & 0o002) !== 0;
}
