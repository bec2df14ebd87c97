#!/usr/bin/env node
console.log("formatted", process.argv.length - 2, "files");
