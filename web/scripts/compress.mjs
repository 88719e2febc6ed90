// Writes a brotli copy beside each built file that becomes smaller by it. Done here and not by build.rs, because Node
// compresses in a tenth of the time that an unoptimised build script takes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const directory = process.argv[2];
const texts = new Set(['.html', '.js', '.css', '.svg', '.txt', '.webmanifest']);
for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !texts.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const body = readFileSync(path);
  const packed = brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  });
  if (packed.length < body.length * 0.9) writeFileSync(`${path}.br`, packed);
}
