console.log("shop", "1.9");
