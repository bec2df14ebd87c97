from rounding import cents

print("to pay:", cents(2.5))
