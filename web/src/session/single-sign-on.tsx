/** The button that signs in by the office's identity provider, and the page to which that one sends people back. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import { useMessages, useTold } from "../messages";
import { Button } from "../parts/controls";
import { Notice, Waiting } from "../parts/told";
import { useSession } from "./session";
import { beginSignOn, endSignOn, NotBegun, whenSignedOn } from "./sign-on";
import { useWays } from "./ways";

/** `account` is whose work waits; nobody else is let to it. The provider's page then opens beside it, so that the work stays. */
export function SingleSignOn({ account }: { account?: string | undefined }) {
  const messages = useMessages();
  const told = useTold();
  const { signedIn } = useSession();
  const name = useWays()?.sign_on;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  // What this dialog began: another's end is nothing to it.
  const mine = useRef<string | null>(null);
  const ended = async () => {
    const who = await answer(api.GET("/api/session"));
    if (who.account === account) return signedIn(who);
    await answer(api.DELETE("/api/session"));
    setFailure(messages.signIn.other);
    setBusy(false);
  };
  const latest = useRef(ended);
  latest.current = ended;
  useEffect(() => {
    if (account === undefined) return;
    return whenSignedOn((state) => {
      if (state === mine.current) void latest.current().catch((error: unknown) => setFailure(told(error)));
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- heard without a gap, whatever is rendered meanwhile
  }, [account]);

  if (name === undefined || name === null) return null;
  const begin = async () => {
    setBusy(true);
    setFailure(null);
    // Opened while the key is down: later a browser takes it for an advertisement.
    const beside = account === undefined ? null : window.open("", "_blank");
    if (beside !== null) beside.opener = null;
    try {
      const { url, state } = await beginSignOn();
      mine.current = state;
      if (account === undefined) location.assign(url);
      else if (beside === null) throw new Error("blocked");
      else beside.location.href = url;
    } catch (error) {
      beside?.close();
      setFailure(account !== undefined && beside === null ? messages.signOn.blocked : told(error));
      setBusy(false);
    }
  };
  return (
    <div className="other-way">
      {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
      <Button isPending={busy && account === undefined} onPress={() => void begin()}>
        {messages.signOn.button(name)}
      </Button>
      {busy && account !== undefined ? <p className="muted small">{messages.signOn.beside}</p> : null}
    </div>
  );
}

/** Takes what is in the address, and takes it out of the address. */
export function SignedOn({ gate }: { gate: (children: ReactNode) => ReactNode }) {
  const messages = useMessages().signOn;
  const told = useTold();
  const { signedIn } = useSession();
  const [, go] = useLocation();
  const [failure, setFailure] = useState<string | null>(null);
  const begun = useRef(false);
  useEffect(() => {
    // A code is good once.
    if (begun.current) return;
    begun.current = true;
    const query = new URLSearchParams(location.search);
    history.replaceState(null, "", location.pathname);
    endSignOn(query)
      .then((who) => {
        go("/", { replace: true });
        signedIn(who);
      })
      .catch((error: unknown) => setFailure(error instanceof NotBegun ? messages.notBegun : told(error)));
  }, [go, signedIn, messages, told]);
  if (failure === null) return gate(<Waiting />);
  return gate(
    <>
      <Notice tone="bad">{failure}</Notice>
      <Link href="/">{messages.back}</Link>
    </>,
  );
}
