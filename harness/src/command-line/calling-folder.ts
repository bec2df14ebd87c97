import { dirname } from "node:path";

/**
 * Where whoever ran `pnpm SCRIPT` or `npm run SCRIPT` stood: both start a script in the folder of its package.json, and
 * paths among the arguments are meant from elsewhere. Null for a program that was not started so, or not from there.
 */
export function callingFolder(
  script: string,
  env: NodeJS.ProcessEnv = process.env,
  here: string = process.cwd(),
): string | null {
  const { INIT_CWD: folder, npm_lifecycle_event: event, npm_package_json: file } = env;
  // What a script starts inherits all three, and may stand where it likes.
  const isScript = event === script && file !== undefined && dirname(file) === here;
  return isScript && folder ? folder : null;
}
