/** Lines whose answer is known, in Spanish. */
import type { Widened } from "../widened";
import type { known as english } from "../en/known";

export const known: Widened<typeof english> = {
  known: {
    text: "Las líneas de respuesta conocida se entregan entre las demás. Nadie ve cuáles son, y lo que se halle en ellas no cambia nada; cuántas veces se acierta figura en Personas y calidad.",
    never: "Quien dice cuál es la respuesta nunca recibe la línea para mirarla.",
    none: "Todavía no hay líneas de respuesta conocida.",
    notHandedOut: "Ahora no se entrega ninguna: cuántas de mil líneas han de serlo se dispone en Personas y calidad, y está en 0.",
    handedOut: (n) => `De mil líneas entregadas para revisión, ${n} son de respuesta conocida.`,
    add: "Agregar una respuesta conocida",
    fromHere: "Hacerla respuesta conocida",
    fromLine: (section, line) => `Hacerla respuesta conocida: sección ${section}, línea ${line}`,
    line: "Línea",
    lineHelp: "Sección/línea, por ejemplo 12/5. Tiene que estar decidida.",
    answer: "Respuesta",
    voter: "Número del votante en el padrón",
    because: "Cómo se conoce",
    becauseHelp: "Por ejemplo: dos supervisores la miraron juntos",
    keep: "Guardarla",
    retire: "Retirar",
    retireOne: (section, line) => `Retirar la sección ${section}, línea ${line}`,
    retireText: "La línea ya no se entrega como respuesta conocida. Lo que se halló en ella hasta ahora sigue contando para la concordancia.",
  },
};
