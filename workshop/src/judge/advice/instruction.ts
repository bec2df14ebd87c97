import { closest } from "./closest.ts";

const INSTRUCTIONS =
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  );

/** Commands that look like an instruction with a typing mistake. */
const COMMANDS = new Set(
  "apt cat cd chmod chown cp curl git go ls make mkdir mv node npm pip rm sh".split(" "),
);

/** A shell's command that stands where an instruction was wanted; null when the engine complains of something else. */
export function misread(text: string, said: string): string | null {
  const [, word = ""] = /unknown instruction: (\S+)/i.exec(said) ?? [];
  if (word === "") return null;
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex(
    (it) => it.trim().toLowerCase().split(/\s/, 1)[0] === word.toLowerCase(),
  );
  const line = lines[at]?.trim();
  if (line === undefined) return null;
  if (/^(?:&&|\|\||;)/.test(word))
    return `Line ${at + 1} begins with ${word}: the line above has to end with \\ for it to go on.`;
  const isCommand = COMMANDS.has(word.toLowerCase());
  if (!isCommand && closest(word, INSTRUCTIONS) !== undefined) return null;
  const lacks = `Line ${at + 1}: ${word} is no instruction of a Dockerfile.`;
  if (/^\w+=\S*$/.test(line))
    return `${lacks} For one command it stands in front of that, \`RUN ${line} …\`; for all steps below it is \`ENV ${line}\`.`;
  const command = isCommand ? line.replace(word, word.toLowerCase()) : line;
  return `${lacks} A shell command needs RUN in front: \`RUN ${command}\`.`;
}
