"""Prints last year's temperatures of the stations that are named, of all when none is."""

import json
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    stations = json.loads(Path(__file__).with_name("summary.json").read_text(encoding="ascii"))
    unknown = [name for name in names if name not in stations]
    if unknown:
        print(f"no such station: {', '.join(unknown)}", file=sys.stderr)
        return 1
    for name in names or stations:
        of = stations[name]
        print(f"{name:8} {of['lowest']:8.3f} {of['mean']:7.2f} {of['highest']:8.3f}")
    return 0


sys.exit(main(sys.argv[1:]))
