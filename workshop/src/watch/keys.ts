/** What a terminal in raw mode sends, as names of keys: a letter, `ctrl-c`, `escape`, `enter`; all else is left out. */
export function keysOf(data: string): readonly string[] {
  if (data === "\u001b") return ["escape"];
  // eslint-disable-next-line no-control-regex
  const typed = data.replaceAll(/\u001b(?:\[[\d;?]*[ -/]*[@-~]|O.|.)/gs, "");
  return [...typed].flatMap((character) => {
    if (character === "\u0003") return ["ctrl-c"];
    if (character === "\r" || character === "\n") return ["enter"];
    return character >= " " && character !== "\u007f" ? [character.toLowerCase()] : [];
  });
}
