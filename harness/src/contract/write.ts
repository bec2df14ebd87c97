import { stringify } from "yaml";
import type { Contract, ImageSource, Probe } from "../model/contract.ts";

/** A contract whose probes were inferred as the parity.yaml that says the same, with comments for whoever goes on from it. */
export function contractText(contract: Contract): string {
  const { baseline, candidates, name, probes } = contract;
  const [first] = probes;
  return `version: 1
name: ${scalar(name)}

# The image that is trusted: what it does is what the candidates must do. No expected outputs are needed.
baseline: ${source(baseline)}
candidates:
${candidates.map((it) => `  - ${source(it.source)}`).join("\n")}

# How every container is run: run: { env: { TZ: Europe/Berlin }, ready: { http: /healthz, port: 8080 } }

# What the program is asked. These were inferred from what the baseline did: add what your users do${first ? "" : ", for nothing was seen that could be asked"}.
probes:${probes.length === 0 ? " []" : `\n${probes.map(probeText).join("\n")}`}

# What the candidate is for. Each is measured and must hold.
claims:
  size: smaller
#  packages: fewer
#  absent: [shell, package-manager, compiler, sources]
#  user: non-root

# Differences that are wanted, each with its reason:
# accept:
#   - { fact: "config.user", reason: "the small image runs as nonroot" }
`;
}

function source(it: ImageSource): string {
  return it.kind === "image" ? `{ image: ${scalar(it.image)} }` : scalar(it.dockerfile);
}

function probeText(probe: Probe): string {
  const lines = [`  - name: ${scalar(probe.name)}`];
  switch (probe.kind) {
    case "http":
      lines.push(`    http: { path: ${scalar(probe.path)}, port: ${probe.port} }`);
      break;
    case "tcp":
      lines.push(`    tcp: { port: ${probe.port} }`);
      break;
    case "command":
      lines.push(
        `    command: ${probe.stdin === null ? "{}" : `{ stdin: ${scalar(probe.stdin)} }`}`,
      );
      break;
    case "stop":
      lines.push("    stop: {} # the image's STOPSIGNAL, or SIGTERM");
      break;
    case "terminal":
      lines.push("    terminal:");
      for (const step of probe.steps)
        if (step.kind === "type") lines.push(`      - type: ${scalar(step.text)}`);
        else if (step.kind === "press") lines.push(`      - press: ${step.key}`);
        else if (step.kind === "exit") lines.push(`      - exit: ${step.code ?? "any"}`);
      break;
    case "exec":
    case "files":
      break; // never inferred
    default:
      return probe satisfies never;
  }
  return lines.join("\n");
}

/** A text as YAML writes it on one line, quoted where it must be. */
function scalar(text: string): string {
  return stringify(text, {
    lineWidth: 0,
    defaultStringType: /^[\w./:@-]+$/.test(text) ? "PLAIN" : "QUOTE_DOUBLE",
  }).trimEnd();
}
