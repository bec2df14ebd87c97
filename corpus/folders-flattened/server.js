const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

createServer((request, response) => {
  try {
    response.end(readFileSync(`public${request.url}`));
  } catch (error) {
    response.statusCode = error.code === "ENOENT" ? 404 : 500;
    response.end(`${error.message}\n`);
  }
}).listen(8000);
