/** What stands before the work: signing in, the first password by a slip, a password that must be changed. */
import { useState, type FormEvent, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { answer, api, Refusal } from "../api/client";
import { PickLanguage, PickTheme } from "../frame/preferences";
import { Brand } from "../frame/brand";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice } from "../parts/told";
import { PasskeySignIn } from "./passkey-sign-in";
import { ChangePassword } from "./password";
import { useSession } from "./session";
import { SignedOn, SingleSignOn } from "./single-sign-on";
import { useTitle } from "../parts/title";
import { useWays } from "./ways";

function Gate({ title, children }: { title: string; children: ReactNode }) {
  const messages = useMessages();
  useTitle(title);
  return (
    <main className="gate">
      <div className="gate-card">
        <div className="gate-brand">
          <Brand />
          <p className="muted small">{messages.tagline}</p>
        </div>
        <div className="card">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
      <footer>
        <PickLanguage />
        <PickTheme />
      </footer>
    </main>
  );
}

export function SignIn() {
  const messages = useMessages();
  return (
    <Gate title={messages.signIn.title}>
      <Ways />
      <Link href="/enrol">{messages.signIn.slip}</Link>
      {useWays()?.public ? <Link href="/public">{messages.public.title}</Link> : null}
    </Gate>
  );
}

/** The page to which the single sign-on sends people back. */
export function BackFromSignOn() {
  const messages = useMessages();
  return <SignedOn gate={(children) => <Gate title={messages.signIn.title}>{children}</Gate>} />;
}

/** Asks for the password once more, over the work that goes on afterwards. */
export function SignInAgain({ account }: { account: string }) {
  const messages = useMessages();
  const { abandon } = useSession();
  return (
    <Dialog title={messages.signIn.again} onClose={() => undefined} mayLeave={false} urgent>
      <p>{messages.signIn.againText}</p>
      <Ways account={account} />
      <Button look="quiet" onPress={abandon}>
        {messages.signIn.leave}
      </Button>
    </Dialog>
  );
}

/** The ways in: password with a code where one is set, a passkey, or the single sign-on, where the office has them. */
function Ways({ account }: { account?: string }) {
  const { signedIn } = useSession();
  return (
    <>
      <SignInForm account={account} />
      <PasskeySignIn account={account} onSignedIn={signedIn} />
      <SingleSignOn account={account} />
    </>
  );
}

function SignInForm({ account: known }: { account: string | undefined }) {
  const messages = useMessages().signIn;
  const { signedIn } = useSession();
  const [account, setAccount] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [codeAsked, setCodeAsked] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const body = { account, password, ...(codeAsked ? { code: code.trim() } : {}) };
      signedIn(await answer(api.POST("/api/session", { body })));
    } catch (error) {
      const wantsCode = error instanceof Refusal && error.code === "code_needed";
      if (wantsCode) setCodeAsked(true);
      else setFailure(error);
      // A code is good once, so the next try needs another.
      setCode("");
    }
    setBusy(false);
  }

  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      {failure === null ? null : <Failed error={failure} />}
      <Field label={messages.account} value={account} onChange={setAccount} autoComplete="username" isReadOnly={known !== undefined} autoFocus={known === undefined} />
      <Field label={messages.password} value={password} onChange={setPassword} type="password" autoComplete="current-password" autoFocus={known !== undefined} />
      {codeAsked ? (
        <Field label={messages.code} help={messages.codeHelp} value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" autoFocus mono />
      ) : null}
      <Button type="submit" look="primary" isPending={busy}>
        {messages.submit}
      </Button>
    </form>
  );
}

export function Enrol() {
  const messages = useMessages();
  const { signedIn } = useSession();
  const [, go] = useLocation();
  const [slip, setSlip] = useState("");
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const short = tried && [...password].length < 15 ? messages.password.tooShort : undefined;
  const differ = tried && short === undefined && password !== repeated ? messages.password.differ : undefined;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy || [...password].length < 15 || password !== repeated) return;
    setBusy(true);
    setFailure(null);
    try {
      const who = await answer(api.POST("/api/enrolment", { body: { slip, password } }));
      go("/");
      signedIn(who);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Gate title={messages.enrol.title}>
      <p className="muted">{messages.enrol.text}</p>
      <form className="form" onSubmit={(event) => void submit(event)} noValidate>
        {failure === null ? null : <Failed error={failure} />}
        <Field label={messages.enrol.slip} help={messages.enrol.slipHelp} value={slip} onChange={setSlip} autoComplete="off" autoFocus spellCheck="false" mono />
        <Field label={messages.password.new} help={messages.password.help} error={short} value={password} onChange={setPassword} type="password" autoComplete="new-password" />
        <Field label={messages.password.repeat} error={differ} value={repeated} onChange={setRepeated} type="password" autoComplete="new-password" />
        <Button type="submit" look="primary" isPending={busy}>
          {messages.enrol.submit}
        </Button>
      </form>
      <Link href="/">{messages.enrol.back}</Link>
    </Gate>
  );
}

/** A new password before anything else. */
export function MustChange() {
  const messages = useMessages();
  const { ask, signOut } = useSession();
  return (
    <Gate title={messages.password.forcedTitle}>
      <Notice tone="told">{messages.password.forcedText}</Notice>
      <ChangePassword done={() => void ask()} />
      <Button look="quiet" onPress={() => void signOut()}>
        {messages.nav.signOut}
      </Button>
    </Gate>
  );
}
