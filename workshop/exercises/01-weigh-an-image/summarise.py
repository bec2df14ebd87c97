"""Makes of all readings what the report needs: three numbers for each station."""

import csv
import json
import sys


def main(readings: str, summary: str) -> None:
    stations: dict[str, list[float]] = {}
    with open(readings, encoding="ascii", newline="") as rows:
        for _moment, station, _latitude, _longitude, value, _unit, _sensor in csv.reader(rows):
            stations.setdefault(station, []).append(float(value))
    with open(summary, "w", encoding="ascii") as out:
        json.dump(
            {
                name: {"lowest": min(of), "mean": round(sum(of) / len(of), 2), "highest": max(of)}
                for name, of in sorted(stations.items())
            },
            out,
            indent=2,
        )


main(sys.argv[1], sys.argv[2])
