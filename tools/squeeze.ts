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

/**
 * Takes out of Lit what it asks of others on the page: hooks of polyfills for browsers without shadow DOM and of
 * server-side rendering, which the tag has none of, and the list of versions by which development builds warn; and what
 * it says to developers who use it wrongly, which our own tests would find.
 */
export function dropLitHooks(): Plugin {
  return {
    name: 'drop-lit-hooks',
    transform(code, id) {
      if (!/\/node_modules\/(lit-html|lit-element|@lit\/reactive-element)\//.test(id)) return;
      return { code: withoutHooks(code), map: null };
    },
  };
}

export function withoutHooks(code: string): string {
  return (
    code
      .replace(/\b\w+\.(lit|reactive)\w*(Polyfill|Hydrate)Support\b/g, 'undefined')
      // Of one piece, or of several around a name.
      .replace(/\bError\("[^"]*"(\+[\w.]+(\+"[^"]*")?)?\)/g, 'Error()')
      .replace(/\(void 0===\w+\.ShadyCSS\|\|\w+\.ShadyCSS\.nativeShadow\)/g, 'true')
      .replace(/\(\w+\.(lit|reactive)\w*Versions\s*\?\?=\s*\[\]\)\.push\([^)]*\)/g, '0')
  );
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
    .replace(/\b0\.(?=\d)/g, '.')
    .replaceAll(';}', '}')
    .trim();
}
