const { readFileSync, mkdirSync, writeFileSync } = require("node:fs");

mkdirSync("dist", { recursive: true });
writeFileSync("dist/app.js", readFileSync("src/app.js", "utf8").replace("VERSION", '"2.0"'));
