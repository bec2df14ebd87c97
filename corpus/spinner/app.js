const frames = ["|", "/", "-", "\\"];
let shown = 0;
const spinner = setInterval(() => {
  process.stdout.write(`\r${frames[shown++ % frames.length]} working`);
}, 20);
setTimeout(
  () => {
    clearInterval(spinner);
    process.stdout.write("\r\x1b[K3 files packed\n");
  },
  150 + Math.random() * 250,
);
