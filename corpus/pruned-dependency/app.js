const { convert } = require("rates");

if (process.argv[2] === "receipt") console.log(require("receipt").print(convert(10)));
else console.log(convert(10));
