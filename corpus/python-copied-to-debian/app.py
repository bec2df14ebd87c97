import sys

if "measure" in sys.argv[1:]:
    import ctypes

    print("measured", ctypes.CDLL(None).abs(-21))
else:
    print("nothing to measure")
