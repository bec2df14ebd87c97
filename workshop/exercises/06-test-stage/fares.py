"""What a ride costs: `python fares.py ZONES [child]` prints the fare."""

import sys

BASE, PER_ZONE, DAY_TICKET = 180, 65, 640


def fare(zones: int, child: bool = False) -> int:
    """Cents for a ride through so many zones. Nobody pays more than a day ticket; a child pays half, rounded down to 5."""
    if zones < 1:
        raise ValueError("a ride has at least one zone")
    full = min(BASE + PER_ZONE * zones, DAY_TICKET)
    return full // 2 // 5 * 5 if child else full


def main(arguments: list[str]) -> int:
    match arguments:
        case [zones] | [zones, "child"] if zones.isdecimal() and zones != "0":
            cents = fare(int(zones), child=len(arguments) == 2)
            print(f"{cents // 100}.{cents % 100:02}")
            return 0
        case _:
            print("usage: fares.py ZONES [child]", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
