const { createServer } = require("node:http");

createServer((request, response) => response.end("Hello, Docker!\n")).listen(8000);
