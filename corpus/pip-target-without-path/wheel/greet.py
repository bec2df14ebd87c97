def main():
    print("Good evening")
