int gross(int cents) { return cents + (cents * 19 + 50) / 100; }
