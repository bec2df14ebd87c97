process.on("SIGTERM", () => {
  console.log("saved what was open");
  process.exit(0);
});
setInterval(() => {}, 1000);
console.log("ready");
