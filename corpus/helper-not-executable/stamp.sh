#!/bin/sh
echo stamped
