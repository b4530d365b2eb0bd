/**
 * Random bytes as text of letters, digits, `-` and `_`.
 *
 * @param bytes how many; each adds 8 bits
 */
export function randomText(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  const base64 = btoa(String.fromCharCode(...values));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
