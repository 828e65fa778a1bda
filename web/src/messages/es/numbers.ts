/** Numbers in a sentence. */
export const plural = (n: number, one: string, other: string) => (n === 1 ? one : other);
export const count = (n: number) => n.toLocaleString("es-US");
