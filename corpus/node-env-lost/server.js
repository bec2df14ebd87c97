const { createServer } = require("node:http");

createServer((request, response) => {
  try {
    if (request.url !== "/") throw new Error(`no page ${request.url}`);
    response.end("Hello, Docker!\n");
  } catch (error) {
    response.statusCode = 500;
    response.end(process.env.NODE_ENV === "production" ? "Something went wrong\n" : error.stack);
  }
}).listen(8000);
