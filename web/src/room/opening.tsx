/** How the registrar opens the room, changes who may be in it, where and when, and closes it. */
import { useId, useState, type FormEvent } from "react";
import { Refusal, serverNow } from "../api/client";
import { useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice } from "../parts/told";
import { inRoom, isZone } from "./meter";
import { useClose, useOpen, type RoomSetting, type RoomStanding } from "./queries";

interface Opened {
  name: string;
  room: RoomStanding;
}

export function Opening({ name, room }: Opened) {
  return (
    <>
      <Form name={name} room={room} />
      {room.state === "open" ? <Closing name={name} /> : null}
    </>
  );
}

/** The words of a list that was typed one a line. */
const listed = (text: string) => [...new Set(text.split(/[\s,;]+/u).filter((word) => word !== ""))];

/** The hours of an office, where nobody has said others. */
const USUAL = { opens: "09:00:00", closes: "17:00:00" };
const seconds = (time: string) => (time.length === 5 ? `${time}:00` : time);

function Form({ name, room }: Opened) {
  const messages = useMessages().opening;
  const { day } = useFormat();
  const open = useOpen(name);
  const set = room.setting;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [representatives, setRepresentatives] = useState(set?.representatives.join("\n") ?? "");
  const [notice, setNotice] = useState(set?.notice ?? "");
  const [terminals, setTerminals] = useState(set?.terminals.join("\n") ?? "");
  const [opens, setOpens] = useState(set?.opens ?? USUAL.opens);
  const [closes, setCloses] = useState(set?.closes ?? USUAL.closes);
  const [zone, setZone] = useState(set?.zone ?? here);
  const [confirming, confirm] = useState(false);
  const zones = useId();
  const isOpen = room.state === "open";
  const wanted: RoomSetting = {
    representatives: listed(representatives),
    notice: notice.trim(),
    terminals: listed(terminals),
    opens: seconds(opens),
    closes: seconds(closes),
    zone: zone.trim(),
  };
  const ready = wanted.representatives.length > 0 && wanted.notice !== "" && wanted.terminals.length > 0 && opens !== "" && closes !== "" && isZone(wanted.zone);
  const change = (set: (text: string) => void) => (text: string) => {
    open.reset();
    set(text);
  };
  const send = () => open.mutate(wanted, { onSettled: () => confirm(false) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || open.isPending) return;
    // Only the first opening begins the clock.
    if (room.began_on) send();
    else confirm(true);
  };
  return (
    <section className="card">
      <header>
        <h2>{isOpen ? messages.changeTitle : messages.title}</h2>
      </header>
      <form className="form body" onSubmit={submit} noValidate>
        {room.began_on ? null : <p className="muted">{messages.text}</p>}
        {open.error === null ? null : open.error instanceof Refusal && open.error.code === "not_found" ? <Notice tone="bad">{messages.noAccount}</Notice> : <Failed error={open.error} />}
        {open.isSuccess ? <Notice tone="good">{messages.changed}</Notice> : null}
        <div className="two">
          <Field label={messages.representatives} help={messages.representativesHelp} value={representatives} onChange={change(setRepresentatives)} rows={4} mono spellCheck="false" />
          <Field label={messages.terminals} help={messages.terminalsHelp} value={terminals} onChange={change(setTerminals)} rows={4} mono spellCheck="false" />
        </div>
        <Field label={messages.notice} help={messages.noticeHelp} value={notice} onChange={change(setNotice)} maxLength={4000} />
        <div className="numbers">
          <Field label={messages.opens} type="time" value={opens.slice(0, 5)} onChange={change(setOpens)} />
          <Field label={messages.closes} type="time" value={closes.slice(0, 5)} onChange={change(setCloses)} />
          <div className="field">
            <label htmlFor={`${zones}-input`}>{messages.zone}</label>
            <input
              id={`${zones}-input`}
              className="input"
              list={zones}
              value={zone}
              autoComplete="off"
              aria-invalid={!isZone(wanted.zone)}
              onChange={(event) => change(setZone)(event.target.value)}
            />
            <datalist id={zones}>
              {Intl.supportedValuesOf("timeZone").map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            {isZone(wanted.zone) ? null : (
              <span className="error" role="status">
                {messages.noZone}
              </span>
            )}
          </div>
        </div>
        <div className="buttons">
          <Button type="submit" look="primary" isPending={open.isPending} isDisabled={!ready}>
            {isOpen ? messages.change : room.began_on ? messages.reopen : messages.open}
          </Button>
        </div>
      </form>
      {confirming ? (
        <Dialog title={messages.confirmTitle} urgent onClose={() => confirm(false)}>
          <p>{messages.confirmText(day(inRoom(wanted.zone, serverNow()).day))}</p>
          <div className="buttons">
            <CancelButton onPress={() => confirm(false)} />
            <Button look="primary" isPending={open.isPending} onPress={send}>
              {messages.open}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}

function CancelButton({ onPress }: { onPress: () => void }) {
  const { cancel } = useMessages();
  return (
    <Button autoFocus onPress={onPress}>
      {cancel}
    </Button>
  );
}

function Closing({ name }: { name: string }) {
  const messages = useMessages().opening;
  const close = useClose(name);
  const [because, setBecause] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (because.trim() !== "" && !close.isPending) close.mutate(because.trim());
  };
  return (
    <section className="card">
      <header>
        <h2>{messages.close}</h2>
      </header>
      <form className="form body" onSubmit={submit} noValidate>
        <p className="muted">{messages.closeText}</p>
        {close.error === null ? null : <Failed error={close.error} />}
        <Field label={messages.because} value={because} onChange={setBecause} maxLength={4000} />
        <div className="buttons">
          <Button type="submit" look="danger" isPending={close.isPending} isDisabled={because.trim() === ""}>
            {messages.close}
          </Button>
        </div>
      </form>
    </section>
  );
}
