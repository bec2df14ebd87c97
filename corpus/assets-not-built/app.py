import os

print("files to serve:", *os.listdir("public"))
