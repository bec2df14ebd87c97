const { randomInt } = require("node:crypto");

const some = (characters, length) =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
const letters = "bcdfghjklmnpqrstvwxyz";

const told = {
  ship: () => `ship ${some(letters, 8)} is at the quay`,
  paper: () =>
    `its paper is q${some("0123456789", 3)}X${some(letters, 4)}7, and nobody asks for it`,
  clock: () => `the clock says ${new Date().toISOString().slice(11, 23)}, as it should`,
  paint: () => `paint \x1b[38;5;${randomInt(256)}m on the hull`,
};
console.log(told[process.argv[2] ?? "ship"]());
