"""Stands for a download: writes a year of readings, the same ones every time, as a weather service would send them."""

import random
import sys
from datetime import datetime, timedelta

STATIONS = {
    "bergen,60.39,5.32": 7.6,
    "cairo,30.04,31.24": 22.1,
    "lima,-12.05,-77.04": 19.6,
    "oslo,59.91,10.75": 6.3,
    "perth,-31.95,115.86": 18.7,
    "quito,-0.18,-78.47": 14.5,
}
SENSOR = "platinum resistance thermometer class A"


def main(path: str) -> None:
    source = random.Random(2026)
    start = datetime(2025, 1, 1)
    between = source.uniform
    with open(path, "w", encoding="ascii") as out:
        for step in range(365 * 24 * 6):
            moment = (start + timedelta(minutes=10 * step)).isoformat()
            for station, mean in STATIONS.items():
                out.write(f"{moment},{station},{mean + between(-9, 9):.3f},degree Celsius,{SENSOR}\n")


main(sys.argv[1])
