/**
 * What an image archive holds, found in one streaming pass: pure over bytes, whoever they come from, with a cache of
 * layers beside it. Nothing here talks to an engine, and nothing is ever written from an archive. This file: the door.
 */
export { measureImages } from "./measure.ts";
export { readArchive } from "./read.ts";
export { sizesOf, sizeVisitors } from "./sizes.ts";
