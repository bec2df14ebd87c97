/** How a layer says that something of the layers below is gone (OCI image-spec, "Whiteouts"): a file `.wh.NAME` beside it. */
export const WHITEOUT = ".wh.";
/** In a folder: nothing of the layers below is left in it. */
export const OPAQUE = ".wh..wh..opq";

/** aufs kept its own things at the root under such names; Docker passes them over, and so do we. */
const OWN = ".wh..wh.";

/** Whether a name is no file of the image, but speaks of others. */
export function isWhiteout(folder: string, name: string): boolean {
  return name.startsWith(WHITEOUT) || isOwn(folder, name);
}

export function isOwn(folder: string, name: string): boolean {
  return folder === "" ? name.startsWith(OWN) && name !== OPAQUE : folder.startsWith(OWN, 1);
}
