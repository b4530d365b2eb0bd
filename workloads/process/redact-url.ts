/** The URL without user name and password, fit for logs and error messages. */
export function redactUrl(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/, '//***@');
}
