const { createServer } = require("node:http");

const admin = createServer((request, response) => response.end("admin\n"));
admin.listen(0, "127.0.0.1", () => {
  console.log(`admin listens on port ${admin.address().port}`);
  createServer((request, response) => response.end("Hello, Docker!\n")).listen(8000, () => {
    console.log("shop listens on port 8000");
  });
});
