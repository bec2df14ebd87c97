#!/bin/sh
echo "report of $(hostname), process $$"
echo "known hosts:" $(tail -1 /etc/hosts)
echo "2 jobs done"
