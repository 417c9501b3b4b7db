/**
 * The UTF-16 code units of texts as an array, which is read several times and faster than a string is.
 * What it gives holds until it is called again, and may be longer than the text.
 */
export function createCodeUnits(): (text: string) => Uint16Array {
  let units = new Uint16Array(1 << 14);
  return (text) => {
    if (text.length > units.length) units = new Uint16Array(2 * text.length);
    const into = units;
    for (let i = 0; i < text.length; i++) into[i] = text.charCodeAt(i);
    return into;
  };
}
