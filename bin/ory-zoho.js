#!/usr/bin/env node
// Old syntax up to the import: this file must still speak on a Node that cannot read the rest.
// The versions are those of `engines` in package.json.
var version = process.versions.node.split('.').map(Number);
function since(major, minor, patch) {
  return version[0] === major && (version[1] > minor || (version[1] === minor && version[2] >= patch));
}
if (!since(22, 22, 2) && !since(24, 15, 0) && version[0] < 26) {
  process.stderr.write(
    'ory-zoho needs Node 22.22.2 or newer (of Node 24: 24.15 or newer; not 23 or 25), this is Node ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org and run the command again.\n',
  );
  process.exit(2);
}
void import('../dist/cli.js').then(function (cli) {
  return cli.main(process.argv);
});
