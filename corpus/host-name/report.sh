#!/bin/sh
echo "report of $(hostname), process $$"
echo "known hosts:" $(tail -1 /etc/hosts)
echo "in the mesh: fd00:$(od -An -N14 -tx2 /dev/urandom | sed 's/^ *//; s/  */:/g')"
echo "2 jobs done"
