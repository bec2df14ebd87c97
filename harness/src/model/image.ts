/** An image's config as the engine tells it, reduced to what is compared. */
export interface ImageConfig {
  readonly id: string;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workdir: string;
  readonly user: string;
  /** `5000/tcp` …, sorted. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopsignal: string | null;
  readonly healthcheck: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `linux/amd64`, with the variant when there is one. */
  readonly platform: string;
  /** Digests of the unpacked layers, lowest first. */
  readonly layers: readonly string[];
}

/** An image that was built or found, ready to be driven. */
export interface Image {
  /** A reference that the engine understands and that stays the same for the whole check. */
  readonly ref: string;
  readonly config: ImageConfig;
  /** ENV names that its own Dockerfile sets; none for an image given by reference. */
  readonly ownEnv: readonly string[];
  /** What stood in for the official base images, one line each; empty when none did. */
  readonly standIns: readonly string[];
  /** Seconds the build took; null for an image given by reference. */
  readonly buildSeconds: number | null;
}

/** Sizes in bytes, the same number on every engine and image store. */
export interface LayerSize {
  /** Digest of the unpacked layer (`sha256:…`). */
  readonly digest: string;
  /** Bytes of the regular files in it, hard links counted once. */
  readonly unpacked: number;
  /** Bytes of the layer's tar after gzip at level 6, as a push to a registry sends it. */
  readonly transfer: number;
}

export interface ImageSize {
  readonly unpacked: number;
  readonly transfer: number;
  readonly layers: readonly LayerSize[];
}
