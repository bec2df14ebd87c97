import { expect, test } from "vitest";
import { instructionsOf, readable } from "../../../src/measure/view/instructions.ts";

test.each([
  // Docker's classic builder.
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ["/bin/sh -c #(nop) ADD file:1f0b in / ", "ADD file:1f0b in /"],
  ["/bin/sh -c #(nop) COPY dir:ab in /app ", "COPY dir:ab in /app"],
  ["/bin/sh -c apt-get update", "RUN apt-get update"],
  ["|2 VERSION=1 WORDS=a b c /bin/sh -c make $VERSION", "RUN make $VERSION"],
  ["|1 VERSION=1 /bin/bash -c make", "RUN /bin/bash -c make"],
  ["/bin/bash -o pipefail -c make | cat", "RUN /bin/bash -o pipefail -c make | cat"],
  // BuildKit.
  ["RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"],
  ["RUN |1 VERSION=1 /bin/sh -c make # buildkit", "RUN make"],
  ["RUN /bin/bash -c make # buildkit", "RUN /bin/bash -c make"],
  ["RUN /usr/bin/setup --now # buildkit", "RUN /usr/bin/setup --now"],
  ["COPY /src /app # buildkit", "COPY /src /app"],
  ["WORKDIR /app", "WORKDIR /app"],
  [
    "RUN /bin/sh -c set -eux; \t\tmake \t\t&& make install # buildkit",
    "RUN set -eux; make && make install",
  ],
  // Others.
  ["bazel build ...", "bazel build ..."],
  ["", ""],
])("%s", (createdBy, instruction) => {
  expect(readable(createdBy)).toBe(instruction);
});

const made = (createdBy: string | null) => ({ createdBy, empty: false });
const empty = { createdBy: "ENV A=1", empty: true };

test.each([
  ["as many as there are", [made("ADD a"), empty, made("COPY b"), empty], ["ADD a", "COPY b"]],
  ["fewer: an imported base tells nothing", [empty, made("COPY b")], [null, "COPY b"]],
  [
    "more: a squashed base tells too much",
    [made("x"), made("ADD a"), made("COPY b")],
    ["ADD a", "COPY b"],
  ],
  ["none", [], [null, null]],
  ["nothing said", [made(null), made("")], [null, null]],
])("a history of %s", (_name, history, instructions) => {
  expect(instructionsOf(history, 2)).toEqual(instructions);
});
