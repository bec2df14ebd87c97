/** A text by which something that opens a door is known, and what it is called in reports. */
export interface TokenRule {
  readonly kind: string;
  /** Looked for first, since that is fast: without one of these nothing can match. */
  readonly marks: readonly string[];
  /**
   * Whether all matches hold a run (token-runs.ts): `token` with the mark in it, `base64` one as long as a key, in the same
   * text as the mark.
   */
  readonly run: "token" | "base64" | "none";
  /** With the part that is drawn at random as its first group, where there is one: examples in documentation are not random. */
  readonly pattern: RegExp;
  /** What must be in the same file. */
  readonly beside?: RegExp;
}

/** Lines of a key's own header, then the key: code that only speaks of keys has no such lines behind. */
const KEY = String.raw`(?:\s|\\[rn]){1,64}(?:[\w-]+: [^\n\\]{0,200}(?:\\r)?(?:\\n|\n)(?:\s|\\[rn]){0,64}){0,8}([A-Za-z0-9+/]{40,})`;

/** What is a secret wherever it lies. The forms are those of their makers' documentation. */
export const TOKENS: readonly TokenRule[] = [
  {
    kind: "Google service account key",
    marks: ['"service_account"'],
    run: "base64",
    pattern: keyAfter('"private_key":\\s*"-----BEGIN PRIVATE KEY-----'),
  },
  {
    kind: "encrypted private key",
    marks: ["BEGIN ENCRYPTED PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED"],
    run: "base64",
    pattern: keyAfter(
      "-----BEGIN (?:ENCRYPTED PRIVATE KEY-----|[A-Z]{2,3} PRIVATE KEY-----(?=\\s{1,8}Proc-Type: 4,ENCRYPTED))",
    ),
  },
  {
    kind: "SSH private key",
    marks: ["BEGIN OPENSSH PRIVATE KEY-----"],
    run: "base64",
    pattern: keyAfter("-----BEGIN OPENSSH PRIVATE KEY-----"),
  },
  {
    kind: "OpenPGP private key",
    marks: ["BEGIN PGP PRIVATE KEY BLOCK-----"],
    run: "base64",
    pattern: keyAfter("-----BEGIN PGP PRIVATE KEY BLOCK-----"),
  },
  {
    kind: "private key",
    marks: [" PRIVATE KEY-----"],
    run: "base64",
    pattern: keyAfter("-----BEGIN (?:(?:RSA|DSA|EC|ANY) )?PRIVATE KEY-----"),
  },
  {
    kind: "SSH private key",
    marks: ["PuTTY-User-Key-File-"],
    run: "base64",
    pattern: /^Private-Lines: \d+\s{1,8}([A-Za-z0-9+/]{40,})/gm,
  },
  {
    kind: "age private key",
    marks: ["AGE-SECRET-KEY-1"],
    run: "token",
    pattern: /AGE-SECRET-KEY-1([0-9A-Z]{58})/g,
  },
  {
    // An id alone opens nothing.
    kind: "AWS access key",
    marks: ["AKIA", "ASIA"],
    run: "base64",
    pattern: /(?<![A-Za-z0-9])(A[KS]IA[A-Z2-7]{16})(?![A-Za-z0-9])/g,
    beside: /(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/g,
  },
  {
    kind: "AWS access key",
    marks: ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey"],
    run: "base64",
    pattern:
      /(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY|SecretAccessKey)["']?\s{0,8}[=:]\s{0,8}["']?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/g,
  },
  {
    kind: "GitHub token",
    marks: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    run: "token",
    pattern: /\b(?:gh[pousr]_([A-Za-z0-9]{36,255})|github_pat_([A-Za-z0-9_]{60,255}))\b/g,
  },
  {
    kind: "GitLab token",
    marks: ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-"],
    run: "token",
    pattern: /\bgl(?:pat|dt|rt|cbt|ptt)-([\w.-]{20,300})/g,
  },
  {
    kind: "Slack token",
    marks: ["xox", "hooks.slack.com/services/"],
    run: "token",
    pattern:
      /\bxox(?:[abeoprs]-|e\.xox[bp]-)(\d[\w-]{20,300})|hooks\.slack\.com\/services\/(T\w{6,20}\/B\w{6,20}\/\w{20,40})/g,
  },
  {
    kind: "Stripe key",
    marks: ["sk_live_", "rk_live_"],
    run: "token",
    pattern: /\b[rs]k_live_([A-Za-z0-9]{20,250})/g,
  },
  { kind: "Google API key", marks: ["AIza"], run: "token", pattern: /\bAIza([\w-]{35})(?![\w-])/g },
  {
    kind: "npm token",
    marks: ["npm_"],
    run: "token",
    pattern: /\bnpm_([A-Za-z0-9]{36})\b/g,
  },
  {
    kind: "npm token",
    marks: ["_authToken"],
    run: "none",
    pattern: /_authToken\s{0,8}=\s{0,8}["']?([\w+/=.-]{16,300})/g,
  },
  {
    kind: "PyPI token",
    marks: ["pypi-AgE"],
    run: "token",
    pattern: /pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)([\w-]{40,300})/g,
  },
  {
    // Of OpenAI, Anthropic, Hugging Face, SendGrid, DigitalOcean, Docker Hub, HashiCorp Vault and Shopify.
    kind: "API key",
    marks: ["sk-proj-", "sk-ant-", "hf_", "SG.", "dop_v1_", "dckr_pat_", "hvs.", "shpat_"],
    run: "token",
    pattern:
      /\b(?:sk-proj-([\w-]{40,300})|sk-ant-[a-z]{1,9}\d\d-([\w-]{60,300})|hf_([A-Za-z]{34})\b|SG\.([\w-]{22}\.[\w-]{43})\b|dop_v1_([0-9a-f]{64})|dckr_pat_([\w-]{27})|hvs\.([\w-]{24,300})|shpat_([0-9a-f]{32}))/g,
  },
  {
    kind: "Azure storage key",
    marks: ["AccountKey="],
    run: "token",
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/g,
  },
];

function keyAfter(beginning: string): RegExp {
  return new RegExp(`${beginning}${KEY}`, "g");
}
