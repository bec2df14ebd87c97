import sys

if len(sys.argv) < 2:
    print("no orders given")
    sys.exit(3)
print("orders taken:", len(sys.argv) - 1)
