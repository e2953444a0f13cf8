import type { Plugin } from 'vite';

/**
 * Takes out of `css` and `html` templates what only their authors need: comments of CSS and indentation. A line break
 * in a template is whitespace like any other, and the elements never split
 * text over lines where whitespace is kept.
 */
export function squeezeTemplates(): Plugin {
  return {
    name: 'squeeze-templates',
    transform(code, id) {
      if (!/\/src\/elements\/.*\.ts$/.test(id)) return;
      return { code: squeeze(code), map: null };
    },
  };
}

/** Of a whole source text: indentation of code is whitespace too. */
export function squeeze(code: string): string {
  return code.replace(/css`([^`]*)`/g, (_, rules: string) => `css\`${squeezed(rules)}\``).replace(/\n\s+/g, '\n');
}

function squeezed(rules: string): string {
  return rules
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .trim();
}
