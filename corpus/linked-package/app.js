const { convert } = require("rates");

console.log("10 EUR are", convert(10), "SEK");
