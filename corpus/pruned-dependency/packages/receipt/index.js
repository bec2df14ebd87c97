exports.print = (amount) => `-- ${amount} --`;
