/** One's own passkeys: made, used, forgotten. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { answer, api } from "../api/client";
import { useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { makePasskey, useHasPasskeys, usePasskeyTold, type Passkey } from "./passkeys";

const KEY = ["session", "passkeys"];

export function PasskeysCard() {
  const messages = useMessages().passkeys;
  const has = useHasPasskeys();
  const { data, error, refetch } = useQuery({ queryKey: KEY, queryFn: () => answer(api.GET("/api/session/passkeys")), enabled: has });
  const [adding, setAdding] = useState(false);
  const [forgetting, setForgetting] = useState<Passkey | null>(null);
  const [made, setMade] = useState<string | null>(null);
  if (!has) return null;
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <div className="body stack">
        <p className="muted">{messages.text}</p>
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined && error === null ? <Waiting /> : null}
        {made === null ? null : <Notice tone="good">{messages.made(made)}</Notice>}
        {data === undefined || data.length === 0 ? null : (
          <ul className="passkeys">
            {data.map((passkey) => (
              <Row key={passkey.id} passkey={passkey} forget={() => setForgetting(passkey)} />
            ))}
          </ul>
        )}
        {adding ? (
          <Add
            onMade={(name) => {
              setMade(name);
              setAdding(false);
            }}
            onCancel={() => setAdding(false)}
          />
        ) : (
          <div className="buttons">
            <Button
              onPress={() => {
                setMade(null);
                setAdding(true);
              }}
            >
              {messages.add}
            </Button>
          </div>
        )}
      </div>
      {forgetting === null ? null : <Forget passkey={forgetting} onClose={() => setForgetting(null)} />}
    </section>
  );
}

function Row({ passkey, forget }: { passkey: Passkey; forget: () => void }) {
  const messages = useMessages().passkeys;
  const { moment } = useFormat();
  const when = (microseconds: number) => moment(new Date(microseconds / 1000).toISOString());
  return (
    <li>
      <div>
        <strong>{passkey.name}</strong>
        <p className="muted small">
          {messages.madeAt(when(passkey.made_at))} · {typeof passkey.used_at === "number" ? messages.usedAt(when(passkey.used_at)) : messages.neverUsed}
        </p>
      </div>
      <Button small onPress={forget} aria-label={messages.forgetOne(passkey.name)}>
        {messages.forget}
      </Button>
    </li>
  );
}

function Add({ onMade, onCancel }: { onMade: (name: string) => void; onCancel: () => void }) {
  const [messages, told] = [useMessages(), usePasskeyTold()];
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const make = useMutation({
    mutationFn: () => makePasskey(password, name.trim()),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: KEY });
      onMade(name);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "" && password !== "" && !make.isPending) make.mutate();
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {make.error === null ? null : <Notice tone="bad">{told(make.error)}</Notice>}
      <Field label={messages.passkeys.name} help={messages.passkeys.nameHelp} value={name} onChange={setName} maxLength={60} autoComplete="off" autoFocus />
      <Field label={messages.passkeys.password} help={messages.passkeys.passwordHelp} value={password} onChange={setPassword} type="password" autoComplete="current-password" />
      {make.isPending ? <Notice tone="told">{messages.passkeys.asking}</Notice> : null}
      <div className="buttons">
        <Button type="submit" look="primary" isPending={make.isPending} isDisabled={name.trim() === "" || password === ""}>
          {messages.passkeys.make}
        </Button>
        <Button onPress={onCancel}>{messages.cancel}</Button>
      </div>
    </form>
  );
}

function Forget({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const messages = useMessages();
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () => answer(api.DELETE("/api/session/passkeys/{passkey}", { params: { path: { passkey: passkey.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      onClose();
    },
  });
  return (
    <Dialog title={messages.passkeys.forgetOne(passkey.name)} urgent onClose={onClose}>
      {forget.error === null ? null : <Failed error={forget.error} />}
      <p>{messages.passkeys.forgetText}</p>
      <div className="buttons">
        <Button onPress={onClose} autoFocus>
          {messages.cancel}
        </Button>
        <Button look="danger" isPending={forget.isPending} onPress={() => forget.mutate()}>
          {messages.passkeys.forget}
        </Button>
      </div>
    </Dialog>
  );
}
