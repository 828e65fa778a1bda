/** Single sign-on, in English. */

export const signOn = {
  signOn: {
    button: (name: string) => `Sign in with ${name}`,
    beside: "Sign in on the page that opened. Your work goes on here by itself.",
    blocked: "The browser does not let a page open. Allow it for this address, or sign in another way.",
    notBegun: "You were not signed in: nobody began it in this browser, or the page of the single sign-on was left.",
    back: "To the sign-in",
    title: (name: string) => `Sign in with ${name}`,
    text: "The account then belongs to whoever comes first with its name, and to nobody else. Where this is taken away and given again, it waits again.",
    allowed: "The person signs in with it",
    states: { off: "Not with this account", awaited: "Waits for whoever comes first with its name", bound: "Belongs to one person there" },
    all: (name: string) => `They sign in with ${name}, each by the name of the account`,
    short: "single sign-on",
  },
};
