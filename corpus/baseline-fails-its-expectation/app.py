print("total", 6)
