/** What distributions and languages bring along, and applications do not; some put their own below /usr all the same. */
const SYSTEM =
  /^\/(?:usr\/(?!src\/app\/|app\/|local\/bin\/)|(?:bin|sbin|lib\w*|var\/lib|var\/cache|proc|sys|dev|go\/pkg)\/)|\/(?:site-packages|dist-packages|node_modules|__pycache__|venv|\.venv)\//;

/** Whether a path lies where the system and installed packages are kept: that it differs tells little of the application. */
export function isSystem(path: string): boolean {
  return SYSTEM.test(path);
}
