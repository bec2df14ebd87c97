import { execa } from "execa";
import type { Contract } from "slimproof";

type Probe = Contract["probes"][number];
type ProbeOf<K extends Probe["kind"]> = Extract<Probe, { kind: K }>;

/** Gives one image the stimuli of a contract by plain docker commands, one after another. Reads answers, keeps none. */
export async function plainDrive(image: string, contract: Contract): Promise<void> {
  await execa("docker", ["image", "inspect", image]);
  const options = [
    ...(contract.run.network === "none" ? ["--network", "none"] : []),
    ...Object.entries(contract.run.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ];
  const served: Probe[] = [];
  for (const probe of contract.probes) {
    if (probe.kind === "terminal") await terminal(image, probe, options);
    else if (probe.kind === "command")
      await execa("docker", ["run", "--rm", "-i", ...options, image, ...(probe.args ?? [])], {
        input: probe.stdin ?? "",
        reject: false,
      });
    else served.push(probe);
  }
  if (served.length > 0) await serve(image, served, options);
}

/** Typed lines go in by a pipe, which costs docker less than a terminal. */
async function terminal(
  image: string,
  { steps }: ProbeOf<"terminal">,
  options: readonly string[],
): Promise<void> {
  if (!steps.some((step) => step.kind === "press" && step.key === "ctrl-c")) {
    const input = steps.map((step) => (step.kind === "type" ? `${step.text}\n` : "")).join("");
    await execa("docker", ["run", "--rm", "-i", ...options, image], { input, reject: false });
    return;
  }
  const { stdout: id } = await execa("docker", ["run", "-d", "-i", ...options, image]);
  await execa("docker", ["kill", "--signal", "INT", id], { reject: false });
  await execa("docker", ["wait", id]);
  await execa("docker", ["logs", id]);
  await execa("docker", ["rm", "--force", id]);
}

async function serve(
  image: string,
  probes: readonly Probe[],
  options: readonly string[],
): Promise<void> {
  const ports = new Set(probes.flatMap((probe) => (probe.kind === "http" ? [probe.port] : [])));
  const publish = [...ports].flatMap((port) => ["--publish", `127.0.0.1::${port}`]);
  const { stdout: id } = await execa("docker", ["run", "-d", ...publish, ...options, image]);
  try {
    const addresses = new Map<number, string>();
    for (const port of ports) {
      const { stdout } = await execa("docker", ["port", id, `${port}/tcp`]);
      addresses.set(port, stdout.split("\n")[0] ?? "");
      await answers(addresses.get(port) ?? "");
    }
    for (const probe of probes) await stimulus(id, probe, addresses);
    await execa("docker", ["logs", id]);
  } finally {
    await execa("docker", ["rm", "--force", id]);
  }
}

async function answers(address: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const { exitCode } = await execa("curl", ["-s", "-o", "/dev/null", `http://${address}/`], {
      reject: false,
    });
    if (exitCode === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at ${address}`);
}

async function stimulus(
  id: string,
  probe: Probe,
  addresses: ReadonlyMap<number, string>,
): Promise<void> {
  switch (probe.kind) {
    case "http": {
      const url = `http://${addresses.get(probe.port)}${probe.path}`;
      const method = probe.method === "HEAD" ? ["--head"] : ["--request", probe.method];
      const body = probe.body === null ? [] : ["--data", probe.body];
      const urls = Array.from({ length: probe.parallel }, () => url);
      const many =
        probe.parallel > 1 ? ["--parallel", "--parallel-max", String(probe.parallel)] : [];
      await execa("curl", ["-s", "-i", ...many, ...method, ...body, ...urls]);
      return;
    }
    case "exec":
      await execa("docker", ["exec", id, ...probe.argv], { reject: false });
      return;
    case "stop":
      await execa("docker", ["stop", id]);
      return;
    default:
      throw new Error(`no plain form of a ${probe.kind} probe: extend this benchmark`);
  }
}
