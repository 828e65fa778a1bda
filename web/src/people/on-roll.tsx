/** Who a person is as a voter. */
import { useState, type FormEvent } from "react";
import type { Account } from "../api/client";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { useChange } from "./queries";

export function OnRollCard({ person }: { person: Account }) {
  const messages = useMessages().onRoll;
  const [voter, setVoter] = useState(person.on_roll.voter ?? "");
  const [name, setName] = useState(person.on_roll.name ?? "");
  const [address, setAddress] = useState(person.on_roll.address ?? "");
  const change = useChange(person.account);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate({ what: "on_roll", on_roll: { name: name.trim(), address: address.trim(), ...(voter.trim() === "" ? {} : { voter: voter.trim() }) } });
  };
  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
      </header>
      <form className="body form" onSubmit={submit} noValidate>
        <p className="muted small">{messages.text}</p>
        <div className="numbers">
          <Field label={messages.voter} value={voter} onChange={setVoter} autoComplete="off" mono />
          <Field label={messages.name} value={name} onChange={setName} autoComplete="off" />
        </div>
        <Field label={messages.address} value={address} onChange={setAddress} autoComplete="off" />
        {change.error === null ? null : <Failed error={change.error} />}
        {change.isSuccess ? <Notice tone="good">{messages.saved}</Notice> : null}
        <div className="buttons">
          <Button type="submit" look="primary" isPending={change.isPending}>
            {messages.save}
          </Button>
        </div>
      </form>
    </section>
  );
}
