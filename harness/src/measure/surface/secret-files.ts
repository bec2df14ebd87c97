/** A file by whose name it may hold a secret of a certain form. */
export interface SecretFile {
  readonly kind: string;
  readonly path: RegExp;
  readonly pattern: RegExp;
}

const URL_WITH_PASSWORD = String.raw`[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,100}:[^\s/@"'$<{]{1,200}@`;
/** Ends of names of variables that hold a secret. */
const NAMES =
  "(?:PASS|PASSWD|PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|PAT|(?:API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER|AUTH|APP|JWT)_?KEY)(?:_BASE)?";
/** Not what stands for a value that is to be filled in, or is taken from elsewhere. */
const VALUE = String.raw`(?!["']?(?:[<{$%*]|your|change|example|placeholder|dummy|todo|xxx|null\b|none\b|true\b|false\b|(?:secret|password|token)["']?\s*$))["']?[^\s"']{4,}`;

/** In the order in which they are asked. What programs write there is by their own documentation. */
export const SECRET_FILES: readonly SecretFile[] = [
  {
    kind: "password",
    path: /\/[._]netrc$/,
    pattern: /(?:^|\s)password\s{1,8}\S/,
  },
  {
    kind: "password",
    path: /\/\.pgpass$/,
    pattern: /^[^#\n:][^\n:]*(?::[^\n:]*){3}:[^\n]/m,
  },
  {
    kind: "password",
    path: /\/(?:\.my\.cnf|\.pypirc)$/,
    pattern: /^[ \t]*password[ \t]*[=:][ \t]*\S/m,
  },
  {
    kind: "password",
    path: /\/settings(?:-security)?\.xml$/,
    pattern: /<(?:password|passphrase|master)>\s{0,8}(?!\$\{)[^<\s]/,
  },
  {
    kind: "registry credentials",
    path: /\/(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
    pattern: /"(?:auth|identitytoken|registrytoken|password)"\s{0,8}:\s{0,8}"[^"]{4}/,
  },
  {
    kind: "npm token",
    path: /\/\.?npmrc$/,
    pattern: /_(?:authToken|auth|password)[ \t]*=[ \t]*["']?[^\s"'$]{8}/,
  },
  {
    kind: "password in a URL",
    path: /\/(?:\.git-credentials|\.git\/config|\.gitconfig|\.gitmodules|pip\.conf|uv\.toml|\.?npmrc|\.yarnrc(?:\.yml)?|sources\.list)$/,
    pattern: new RegExp(URL_WITH_PASSWORD),
  },
  {
    kind: "token",
    path: /\/(?:\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|credentials\.tfrc\.json|\.terraformrc|auth\.json|gh\/hosts\.yml)$/,
    pattern:
      /(?:token|api_key|bearer|password|"git(?:hub|lab)\.com")["']?\s{0,8}[:=]\s{0,8}["']?[^\s"'{}$]{8}/,
  },
  {
    kind: "Google credentials",
    path: /\/(?:application_default_credentials|credentials|client_secret[^/]*)\.json$/,
    pattern: /"(?:refresh_token|client_secret)"\s{0,8}:\s{0,8}"[^"]{8}/,
  },
  {
    kind: "Kubernetes credentials",
    path: /\/(?:\.kube\/config|[^/]*kubeconfig[^/]*|kubernetes\/[^/]+\.conf)$/,
    pattern: /^[ \t-]*(?:client-key-data|token|password):[ \t]*["']?[\w+/=.-]{8}/m,
  },
  {
    kind: "Terraform state",
    path: /\.tfstate(?:\.backup)?$/,
    pattern: /"(?:resources|modules)"\s{0,8}:\s{0,8}\[\s{0,64}\{/,
  },
  {
    kind: "environment file with secrets",
    path: /\/(?:\.env|[^/]+\.env)(?:\.(?!(?:example|sample|template|tpl|dist|defaults?|schema)$)[\w-]+)*$/,
    pattern: new RegExp(
      String.raw`^[ \t]*(?:export[ \t]+)?(?:\w*${NAMES}[ \t]*=[ \t]*${VALUE}|\w+[ \t]*=[ \t]*["']?${URL_WITH_PASSWORD})`,
      "im",
    ),
  },
  {
    kind: "password hashes",
    path: /^\/etc\/g?shadow-?$|\/\.htpasswd$/,
    pattern: /^[^:\s#]{1,64}:!{0,2}(?:\$[0-9a-z]+\$|\{SHA\}|[./0-9A-Za-z]{13}(?::|$))/m,
  },
  {
    kind: "Rails master key",
    path: /\/config\/(?:master|credentials\/[^/]+)\.key$/,
    pattern: /^[0-9a-f]{32}\s*$/,
  },
];
