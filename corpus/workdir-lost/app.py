import json

with open("config/rates.json") as file:
    print("1 EUR is", json.load(file)["SEK"], "SEK")
