/** The button that signs in with a passkey, where the office has them. */
import { useEffect, useRef, useState } from "react";
import { answer, api, type SignedIn } from "../api/client";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Notice } from "../parts/told";
import { signInWithPasskey, useHasPasskeys, usePasskeyTold } from "./passkeys";

interface Wanted {
  /** Whose work waits; nobody else is let to it. */
  account?: string | undefined;
  onSignedIn: (who: SignedIn) => void;
}

export function PasskeySignIn({ account, onSignedIn }: Wanted) {
  const messages = useMessages();
  const told = usePasskeyTold();
  const has = useHasPasskeys();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  if (!has) return null;

  const begin = async () => {
    const aborted = new AbortController();
    asking.current = aborted;
    setBusy(true);
    setFailure(null);
    try {
      const who = await signInWithPasskey(aborted.signal);
      if (account === undefined || who.account === account) return onSignedIn(who);
      await answer(api.DELETE("/api/session"));
      setFailure(messages.signIn.other);
    } catch (error) {
      if (aborted.signal.aborted) return;
      setFailure(told(error));
    }
    setBusy(false);
  };

  return (
    <div className="other-way">
      {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
      <Button isPending={busy} onPress={() => void begin()}>
        {messages.passkeys.signIn}
      </Button>
    </div>
  );
}
