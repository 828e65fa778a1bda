/** Passkeys, in Spanish. */
import type { Widened } from "../widened";
import type { passkeys as english } from "../en/passkeys";

export const passkeys: Widened<typeof english> = {
  passkeys: {
    title: "Llaves de acceso",
    text: "Una llave de acceso se guarda en un dispositivo: una llave de seguridad, un teléfono, esta computadora. Quien la tiene, y conoce su PIN o pone el dedo, inicia sesión sin cuenta, contraseña ni código.",
    signIn: "Iniciar sesión con una llave de acceso",
    add: "Agregar una llave de acceso",
    name: "Nombre de la llave de acceso",
    nameHelp: "Con el que usted la reconoce, por ejemplo: la llave azul",
    password: "Su contraseña, otra vez",
    passwordHelp: "Para que nadie cree una llave en una pantalla que usted dejó abierta",
    make: "Crearla",
    asking: "Haga lo que indica el navegador: él pregunta al dispositivo.",
    made: (name) => `La llave de acceso “${name}” quedó guardada.`,
    madeAt: (when) => `creada ${when}`,
    usedAt: (when) => `usada por última vez ${when}`,
    neverUsed: "todavía sin usar",
    forget: "Olvidar",
    forgetOne: (name) => `Olvidar la llave de acceso “${name}”`,
    forgetText: "Nadie vuelve a iniciar sesión con ella. El dispositivo puede seguir ofreciéndola; quítela también allí.",
    unproven: "Aquí no se conoce esta llave de acceso, o tardó demasiado. Intente de nuevo, o inicie sesión con su contraseña.",
    failures: {
      NotAllowedError: "El dispositivo no respondió, o se desistió. Intente de nuevo.",
      InvalidStateError: "Este dispositivo ya tiene una llave de acceso suya.",
      SecurityError: "Las llaves de acceso son para otra dirección de este servidor. Pregunte a quien lo administra qué dirección abrir.",
      NotSupportedError: "Este dispositivo no puede crear una llave así. Use otro.",
      other: "El navegador o el dispositivo no pudo hacerlo. Intente de nuevo, o use otro dispositivo.",
    },
  },
};
