"""For HEALTHCHECK: ends with 1 unless the service answers."""

from urllib.request import urlopen

urlopen("http://127.0.0.1:5000/healthz", timeout=3)
