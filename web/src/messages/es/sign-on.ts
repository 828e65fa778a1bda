/** Single sign-on, in Spanish. */
import type { Widened } from "../widened";
import type { signOn as english } from "../en/sign-on";

export const signOn: Widened<typeof english> = {
  signOn: {
    button: (name) => `Iniciar sesión con ${name}`,
    beside: "Inicie sesión en la página que se abrió. Su trabajo sigue aquí por sí solo.",
    blocked: "El navegador no permite abrir una página. Permítalo para esta dirección o inicie sesión de otra manera.",
    notBegun: "No se inició la sesión: nadie la empezó en este navegador, o se abandonó la página del inicio único.",
    back: "Al inicio de sesión",
    title: (name) => `Inicio de sesión con ${name}`,
    text: "La cuenta pertenece entonces a quien llegue primero con su nombre, y a nadie más. Si esto se quita y se da de nuevo, vuelve a esperar.",
    allowed: "La persona inicia sesión con él",
    states: { off: "No con esta cuenta", awaited: "Espera a quien llegue primero con su nombre", bound: "Pertenece a una persona allí" },
    all: (name) => `Inician sesión con ${name}, cada quien con el nombre de la cuenta`,
    short: "inicio único",
  },
};
