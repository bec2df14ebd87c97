const { writeFileSync } = require("node:fs");

try {
  writeFileSync("/app/data/visits", "1\n");
  console.log("one visit counted");
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
