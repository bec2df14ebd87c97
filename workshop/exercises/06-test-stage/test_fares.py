import unittest

from fares import fare


class FareTest(unittest.TestCase):
    def test_each_zone_adds_to_the_base(self) -> None:
        self.assertEqual([fare(1), fare(2), fare(3)], [245, 310, 375])

    def test_nobody_pays_more_than_a_day_ticket(self) -> None:
        self.assertEqual([fare(7), fare(8), fare(99)], [635, 640, 640])

    def test_a_child_pays_half_rounded_down_to_five_cents(self) -> None:
        self.assertEqual([fare(1, child=True), fare(2, child=True)], [120, 155])

    def test_a_ride_has_at_least_one_zone(self) -> None:
        with self.assertRaises(ValueError):
            fare(0)


if __name__ == "__main__":
    unittest.main()
