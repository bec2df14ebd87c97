import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Carried by every container, image and network of ours; the value tells which process started it. */
export const OWNER_LABEL = "org.slimproof.owner";
/** Carried as well by what `--keep` leaves behind on purpose. */
export const KEEP_LABEL = "org.slimproof.keep";

/**
 * HOST/BOOT/PID/START of a process: enough to tell later whether it still lives, also when its pid was given to
 * another process or the machine was started anew.
 */
export function ownerOf(pid: number): string {
  return [hostId(), bootId(), pid, startOf(pid) ?? "gone"].join("/");
}

/** This process. */
export const OWNER = ownerOf(process.pid);

/** Labels of everything that this process makes. */
export function ourLabels(keep: boolean): Record<string, string> {
  return { [OWNER_LABEL]: OWNER, ...(keep ? { [KEEP_LABEL]: "true" } : {}) };
}

/** Whether what an owner label names can be removed: started on this machine by a process that no longer lives. */
export function isOrphan(owner: string): boolean {
  const [host, boot, pid, start] = owner.split("/");
  if (host !== hostId()) return false; // another machine on a shared engine: only that one can tell
  if (boot !== bootId()) return true;
  return startOf(Number(pid)) !== start;
}

/** A name of ours that no other run has: `slimproof-1a2b3c4d5e6f`. */
export function freshName(): string {
  return `slimproof-${randomBytes(6).toString("hex")}`;
}

/** Host name and pid namespace: CI jobs in containers may share the one, and then see different processes under one pid. */
function hostId(): string {
  try {
    return `${hostname()}:${readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")}`;
  } catch {
    return hostname();
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  } catch {
    return "boot";
  }
}

/** When a process began (kernel ticks on Linux, a date elsewhere); null when there is no such process. */
function startOf(pid: number): string | null {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may hold blanks and brackets
      return fields[0] === "Z" ? null : (fields[19] ?? null); // starttime is field 22 of proc(5)
    } catch {
      return null;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .replaceAll(/[^\w]+/g, "-");
  } catch {
    return null;
  }
}
