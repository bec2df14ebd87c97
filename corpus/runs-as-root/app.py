import os
import sys

if os.geteuid() == 0:
    sys.exit("refusing to run as root")
print("serving as user", os.geteuid())
