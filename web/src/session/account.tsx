/** One's own account: password, authenticator, duties, how it is shown. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { encode } from "uqr";
import { answer, api } from "../api/client";
import { PickLanguage, PickTheme } from "../frame/preferences";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { PasskeysCard } from "./passkeys-card";
import { ChangePassword } from "./password";
import { useWho } from "./session";
import { useTitle } from "../parts/title";

export function MyAccount() {
  const messages = useMessages();
  const who = useWho();
  const [changed, setChanged] = useState(false);
  useTitle(messages.account.title);
  return (
    <div className="page narrow stack">
      <div>
        <h1>{messages.account.title}</h1>
        <p className="muted">{messages.account.signedInAs(who.account)}</p>
      </div>
      <section className="card">
        <header>
          <h2>{messages.account.duties}</h2>
        </header>
        <div className="body stack">
          {Object.entries(who.duties).map(([place, roles]) => (
            <div key={place} className="buttons">
              <strong>{place === "" ? messages.account.office : place}</strong>
              {roles.map((role) => (
                <span key={role} className="chip">
                  {messages.roles[role]}
                </span>
              ))}
            </div>
          ))}
        </div>
      </section>
      <section className="card">
        <header>
          <h2>{messages.account.display}</h2>
        </header>
        <div className="body buttons">
          <PickLanguage />
          <PickTheme />
        </div>
      </section>
      <section className="card">
        <header>
          <h2>{messages.password.title}</h2>
        </header>
        <div className="body stack">
          {changed ? <Notice tone="good">{messages.password.done}</Notice> : null}
          <ChangePassword done={() => setChanged(true)} />
        </div>
      </section>
      <PasskeysCard />
      <section className="card">
        <header>
          <h2>{messages.authenticator.title}</h2>
        </header>
        <div className="body stack">
          <Authenticator />
        </div>
      </section>
    </div>
  );
}

function Authenticator() {
  const messages = useMessages().authenticator;
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const made = useMutation({ mutationFn: () => answer(api.POST("/api/session/authenticator")) });
  const set = useMutation({
    mutationFn: (secret: string) => answer(api.PUT("/api/session/authenticator", { body: { secret, code: code.trim(), password } })),
  });
  if (set.isSuccess) return <Notice tone="good">{messages.done}</Notice>;
  if (made.data === undefined) {
    return (
      <>
        <p className="muted">{messages.text}</p>
        {made.error === null ? null : <Failed error={made.error} />}
        <div className="buttons">
          <Button onPress={() => made.mutate()} isPending={made.isPending}>
            {messages.begin}
          </Button>
        </div>
      </>
    );
  }
  const { secret, url } = made.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(secret);
  };
  return (
    <>
      <p>{messages.scan}</p>
      <div className="authenticator">
        <Picture of={url} label={messages.picture} />
        <form className="form" onSubmit={submit} noValidate>
          {set.error === null ? null : <Failed error={set.error} />}
          <div>
            <div className="label">{messages.key}</div>
            <div className="key">{secret.match(/.{1,4}/g)?.join(" ")}</div>
          </div>
          <Field label={messages.code} value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" mono />
          <Field label={messages.password} value={password} onChange={setPassword} type="password" autoComplete="current-password" />
          <div className="buttons">
            <Button type="submit" look="primary" isPending={set.isPending} isDisabled={code === "" || password === ""}>
              {messages.submit}
            </Button>
          </div>
        </form>
      </div>
    </>
  );
}

/** A picture that an authenticator reads, drawn here: the secret goes nowhere else. */
function Picture({ of, label }: { of: string; label: string }) {
  const { data, size } = encode(of, { ecc: "M", border: 0 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
