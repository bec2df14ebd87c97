import signal
import sys


def leave(*_):
    print("saved what was open")
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
print("ready")
while True:
    signal.pause()
