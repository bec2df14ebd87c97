import os
import socketserver
import sys

banner = os.environ.get("BANNER", "Welcome")


class Greeter(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(f"{banner}\r\n".encode())


if sys.stdin.isatty():
    input(f"\033[1m{banner}\033[0m> ")
else:
    socketserver.ThreadingTCPServer(("", 7000), Greeter).serve_forever()
