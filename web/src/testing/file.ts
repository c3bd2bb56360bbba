import { File as NodeFile } from 'node:buffer';

/** A file whose content the mocked network can read: it takes jsdom's own files for plain objects. */
export function fileOf(name: string, text: string): File {
  return new NodeFile([text], name, { type: 'text/csv' }) as unknown as File;
}
