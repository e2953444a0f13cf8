// Before each start: JavaScript that old versions of Node read, too, so that these say what is wrong and not which option
// they do not know.
'use strict';
var fs = require('node:fs');
var path = require('node:path');

var OLDEST_NODE = 22;

if (parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Vitrine needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
if (!fs.existsSync(path.join(__dirname, '../dist/server/main.js'))) {
  console.error('Vitrine is not built yet: npm ci && npm run build');
  process.exit(1);
}
