print("Gr\u00fc\u00dfe")
