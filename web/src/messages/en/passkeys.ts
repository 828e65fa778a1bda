/** Passkeys, in English. */

export const passkeys = {
  passkeys: {
    title: "Passkeys",
    text: "A passkey is kept by a device: a security key, a telephone, this computer. Whoever holds it, and knows its PIN or has the finger, signs in without account, password or code.",
    signIn: "Sign in with a passkey",
    add: "Add a passkey",
    name: "Name of the passkey",
    nameHelp: "By which you know it, such as: the blue key",
    password: "Your password, once more",
    passwordHelp: "So that nobody makes a passkey at a screen that you left open",
    make: "Make it",
    asking: "Do as the browser says: it asks the device.",
    made: (name: string) => `The passkey “${name}” is kept.`,
    madeAt: (when: string) => `made ${when}`,
    usedAt: (when: string) => `used last ${when}`,
    neverUsed: "not used yet",
    forget: "Forget",
    forgetOne: (name: string) => `Forget the passkey “${name}”`,
    forgetText: "Nobody signs in with it any more. The device may still offer it; remove it there, too.",
    unproven: "This passkey is not known here, or it took too long. Try again, or sign in with your password.",
    failures: {
      NotAllowedError: "The device did not answer, or it was called off. Try again.",
      InvalidStateError: "This device has a passkey of yours already.",
      SecurityError: "Passkeys are made for another address of this server. Ask whoever runs it which address to open.",
      NotSupportedError: "This device cannot make such a passkey. Take another one.",
      other: "The browser or the device could not do this. Try again, or take another device.",
    },
  },
};
