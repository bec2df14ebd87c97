const { randomBytes } = require("node:crypto");

console.log(randomBytes(Number(process.env.TOKEN_BYTES ?? 4)).toString("hex"));
