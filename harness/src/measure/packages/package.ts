import { Buffer } from "node:buffer";
import type { Package, PackageKind } from "../../model/anatomy.ts";

/** Some ten times what the largest images hold; a list this long was made to fill our memory. */
export const MOST_PACKAGES = 100_000;

/** npm allows names of 214 characters; what is far longer is no name. */
const LONGEST = 1024;
/** Controls, invisible formats, line separators and halves of characters: no package manager allows one in a name. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** What a list or a manifest says of a package; hostile until `packageOf` took it. */
export interface Told {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly architecture?: string | undefined;
  readonly source?: string | undefined;
}

/** Takes what one file tells; called once for each package. */
export type Add = (told: Told) => void;

/** A package as it was told of, or null when it has no name or no version, or one that can be none. */
export function packageOf(kind: PackageKind, path: string, told: Told): Package | null {
  const name = sound(told.name);
  const version = sound(told.version);
  if (name === null || version === null) return null;
  const architecture = sound(told.architecture);
  return { kind, name, version, path, architecture, source: sound(told.source) };
}

/** A copy: V8 keeps the whole of a long text alive for a part of it. */
function sound(text: string | undefined): string | null {
  if (!text || text.length > LONGEST || UNPRINTABLE.test(text)) return null;
  return Buffer.from(text).toString();
}
