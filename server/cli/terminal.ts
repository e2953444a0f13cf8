/**
 * What steers a terminal or turns a line around: the control characters C0, DEL and C1, separators of lines and
 * paragraphs, embeddings, overrides and isolates of the writing direction.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const ALL_CONTROLS = new RegExp(CONTROL, 'gu');

/** Whether a text has characters that no name needs. */
export function hasControls(text: string): boolean {
  return CONTROL.test(text);
}

/** A text of others within a line: each control character as JSON writes it, `\u001b`, and so is the end of a line. */
export function escapeControls(text: string): string {
  return text.replaceAll(ALL_CONTROLS, escaped);
}

/** Output of several lines, with everything escaped but their ends. */
export function escapeOutput(text: string): string {
  return text.replaceAll(ALL_CONTROLS, (character) => (character === '\n' ? character : escaped(character)));
}

/** Where all commands print: names, captions and reasons are written by strangers and customers. */
export function print(text: string, output: NodeJS.WritableStream = process.stdout): void {
  output.write(`${escapeOutput(text)}\n`);
}

/** What went wrong. */
export function printError(text: string): void {
  print(text, process.stderr);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
