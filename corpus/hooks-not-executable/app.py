import os

print(sorted(os.listdir("hooks")))
