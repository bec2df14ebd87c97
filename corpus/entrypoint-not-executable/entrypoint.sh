#!/bin/sh
echo "settings checked"
exec "${@:-true}"
