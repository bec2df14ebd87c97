exports.convert = (euros) => euros * 11.5;
