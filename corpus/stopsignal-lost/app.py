import signal

print("ready")
try:
    while True:
        signal.pause()
except KeyboardInterrupt:
    print("saved what was open")
