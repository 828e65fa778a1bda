/** The form that changes a password. */
import { useState, type FormEvent } from "react";
import { answer, api } from "../api/client";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed } from "../parts/told";

/** The fewest characters; the server's rule, told here before it is asked. */
const SHORTEST = 15;

export function ChangePassword({ done }: { done: () => void }) {
  const messages = useMessages().password;
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const tooShort = [...password].length < SHORTEST;
  const differ = password !== repeated;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy || tooShort || differ) return;
    setBusy(true);
    setFailure(null);
    try {
      await answer(api.PUT("/api/session/password", { body: { old, new: password } }));
      setOld("");
      setPassword("");
      setRepeated("");
      setTried(false);
      done();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      {failure === null ? null : <Failed error={failure} />}
      <Field label={messages.old} value={old} onChange={setOld} type="password" autoComplete="current-password" />
      <Field
        label={messages.new}
        help={messages.help}
        error={tried && tooShort ? messages.tooShort : undefined}
        value={password}
        onChange={setPassword}
        type="password"
        autoComplete="new-password"
      />
      <Field
        label={messages.repeat}
        error={tried && !tooShort && differ ? messages.differ : undefined}
        value={repeated}
        onChange={setRepeated}
        type="password"
        autoComplete="new-password"
      />
      <div className="buttons">
        <Button type="submit" look="primary" isPending={busy} isDisabled={old === "" || password === ""}>
          {messages.submit}
        </Button>
      </div>
    </form>
  );
}
