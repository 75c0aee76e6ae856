// Parses the AsyncAPI document on standard input, and prints what the parser has to say of it.
const { Parser } = require("@asyncapi/parser");

const NAMES = ["error", "warning", "information", "hint"];

async function main() {
  let text = "";
  for await (const part of process.stdin) text += part;
  const { document, diagnostics } = await new Parser().parse(text);
  const found = diagnostics.map(({ severity, code, path, message }) => ({
    severity: NAMES[severity],
    code,
    path: path.join("."),
    message,
  }));
  console.log(JSON.stringify({ is_whole: document !== undefined, found }));
}

main();
