#!/bin/sh
echo "no licence" >&2
exit 1
