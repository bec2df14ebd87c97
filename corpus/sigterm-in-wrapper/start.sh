#!/bin/sh
echo "starting" >&2
python3 -u app.py
echo "ended" >&2
