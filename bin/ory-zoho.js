#!/usr/bin/env node
// Old syntax up to the import: this file must still speak on a Node that cannot read the rest.
var major = Number(process.versions.node.split('.')[0]);
var minor = Number(process.versions.node.split('.')[1]);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    'ory-zoho needs Node 22.22.2 or newer, this is Node ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org and run the command again.\n',
  );
  process.exit(2);
}
void import('../dist/cli.js').then(function (cli) {
  return cli.main(process.argv);
});
