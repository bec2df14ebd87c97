import subprocess
import sys

if "--stamp" not in sys.argv:
    print("a letter")
    sys.exit()
try:
    print("a letter,", subprocess.check_output("/app/stamp.sh", text=True).strip())
except OSError as error:
    sys.exit(f"cannot stamp: {error}")
