const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/csv", trailer: "x-parts" });
  try {
    for (const part of ["north", "south"]) response.write(readFileSync(`parts/${part}.csv`));
  } catch (error) {
    console.error(error.message);
    setTimeout(() => response.destroy(), 100); // the head is sent, and nothing better can be said
    return;
  }
  response.addTrailers({ "x-parts": "2" });
  response.end();
}).listen(8000);
