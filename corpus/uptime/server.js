const { createServer } = require("node:http");

let served = 0;
createServer((request, response) => {
  served += 1;
  const { rss } = process.memoryUsage();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ up: process.uptime(), rss, pid: process.pid, served }));
}).listen(8000);
