/** A share in at most seven characters, `0.25%` or `12.5%`: a bound of a tenth of a percent can be read off; `-` of nothing. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "-";
  const value = share * 100;
  if (value >= 9_999.5) return ">9999%";
  if (value > 0 && value < 0.001) return "<0.001%";
  return `${value >= 9.95 || value === 0 ? value.toFixed(1) : value.toPrecision(2)}%`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as docker prints them: powers of 1000, `887 MB`, `1.89 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits =
    unit === 0 ? String(value) : value >= 99.95 ? value.toFixed(0) : value.toPrecision(3);
  return `${digits} ${UNITS[unit]}`;
}
