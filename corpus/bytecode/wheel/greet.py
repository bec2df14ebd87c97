def main():
    print("Good day", flush=True)
