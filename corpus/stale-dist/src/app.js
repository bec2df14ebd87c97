console.log("shop", VERSION);
