"""Stands for a download: writes a year of readings, the same ones every time, as a weather service would send them."""

import random
import sys
from datetime import datetime, timedelta

STATIONS = {"bergen": 7.6, "cairo": 22.1, "lima": 19.6, "oslo": 6.3, "perth": 18.7, "quito": 14.5}


def main(path: str) -> None:
    source = random.Random(2026)
    start = datetime(2025, 1, 1)
    with open(path, "w", encoding="ascii") as out:
        for step in range(365 * 24 * 12):
            moment = start + timedelta(minutes=5 * step)
            for station, mean in STATIONS.items():
                out.write(f"{moment.isoformat()},{station},{source.gauss(mean, 4):.3f},degree Celsius\n")


main(sys.argv[1])
