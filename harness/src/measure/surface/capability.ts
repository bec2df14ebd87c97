import { Buffer } from "node:buffer";

/** By number, as capabilities(7) and linux/capability.h have them. */
const NAMES = (
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service " +
  "net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin " +
  "sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override " +
  "mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
).split(" ");
/** Words of 32 capabilities in each revision of vfs_cap_data; the third ends with the owner of its namespace. */
const WORDS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 2 };
const EFFECTIVE = 1;

/**
 * `security.capability` (vfs_cap_data of linux/capability.h, in hexadecimal) as getcap(8) writes one group: `cap_net_raw=ep`, what is
 * held in the same way together, `=ep` for all there are. Null when it gives none; `unreadable` for another format.
 */
export function capabilityText(hex: string): string | null {
  const bytes = Buffer.from(hex, "hex");
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32LE();
  const revision = magic >>> 24;
  const words = WORDS[revision];
  const length = words === undefined ? 0 : 4 + words * 8 + (revision === 3 ? 4 : 0);
  if (words === undefined || bytes.length !== length) return "unreadable";
  const held = new Map<string, number[]>();
  for (let number = 0; number < words * 32; number++) {
    const at = 4 + (number >>> 5) * 8;
    const bit = (offset: number): boolean =>
      ((bytes.readUInt32LE(at + offset) >>> (number & 31)) & 1) === 1;
    const permitted = bit(0);
    const given = `${bit(4) ? "i" : ""}${permitted ? "p" : ""}`;
    const flags = `${(magic & EFFECTIVE) === 0 ? "" : "e"}${given}`;
    if (given !== "") held.set(flags, [...(held.get(flags) ?? []), number]);
  }
  const groups = [...held].map(
    ([flags, numbers]) => `${isAll(numbers) ? "" : numbers.map(nameOf).join(",")}=${flags}`,
  );
  const root = revision === 3 ? bytes.readUInt32LE(length - 4) : 0;
  if (groups.length === 0) return null;
  return `${groups.join(" ")}${root === 0 ? "" : ` [rootid=${root}]`}`;
}

function isAll(numbers: readonly number[]): boolean {
  return numbers.length >= NAMES.length && numbers.every((number, at) => number === at);
}

function nameOf(number: number): string {
  return NAMES[number] === undefined ? String(number) : `cap_${NAMES[number]}`;
}
