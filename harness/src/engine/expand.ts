/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `${NAME:+word}` and `${NAME+word}` in a word of a
 * Dockerfile, as docs.docker.com/reference/dockerfile ("Environment replacement") has it; with the colon, an empty
 * value counts as none. What is of no such form stays as it is.
 */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  let expanded = "";
  let rest = text;
  for (;;) {
    const begin = /\$(?:(\w+)|\{(\w+)(?:(:?[-+])|(?=\})))/.exec(rest);
    if (!begin) return expanded + rest;
    expanded += rest.slice(0, begin.index);
    rest = rest.slice(begin.index + begin[0].length);
    const [, plain, name = plain ?? "", operator = ""] = begin;
    if (plain !== undefined) {
      expanded += values.get(name) ?? "";
      continue;
    }
    const end = closingBrace(rest);
    if (end === null) return expanded + begin[0] + rest;
    const word = rest.slice(0, end);
    rest = rest.slice(end + 1);
    expanded += substitute(values.get(name), operator, () => expand(word, values));
  }
}

function substitute(value: string | undefined, operator: string, word: () => string): string {
  const set = operator.startsWith(":") ? Boolean(value) : value !== undefined;
  if (operator.endsWith("+")) return set ? word() : "";
  return operator.endsWith("-") && !set ? word() : (value ?? "");
}

/** Where the brace ends that was opened before `text`. */
function closingBrace(text: string): number | null {
  let open = 1;
  for (const { 0: found, index } of text.matchAll(/\$\{|\}/g)) {
    open += found === "}" ? -1 : 1;
    if (open === 0) return index;
  }
  return null;
}
