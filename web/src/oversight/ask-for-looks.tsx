/** Which looks are wanted. What is typed here stands in no address: a voter's number points at a person. */
import { useState, type FormEvent } from "react";
import { useMessages } from "../messages";
import { Button, Check, Choose, Field, Options } from "../parts/controls";
import { typedLines } from "./acts";
import { instants, type Period, type Wanted } from "./looks";

interface Asking {
  onShow: (wanted: Wanted) => void;
  onTakeOut: (wanted: Wanted) => void;
  takingOut: boolean;
}

type By = "person" | "voter";

export function AskForLooks({ onShow, onTakeOut, takingOut }: Asking) {
  const all = useMessages();
  const messages = all.accesses;
  const [by, setBy] = useState<By>("person");
  const [person, setPerson] = useState("");
  const [line, setLine] = useState("");
  const [voter, setVoter] = useState("");
  const [period, setPeriod] = useState<Period>("any");
  const [between, setBetween] = useState({ from: "", to: "" });

  const typed = typedLines(line);
  const section = /^\d+$/.test(line.trim()) ? Number(line) : undefined;
  const badLine = by === "person" && line.trim() !== "" && typed?.length !== 1 && !section;
  const badTimes = period === "between" && between.from !== "" && between.to !== "" && between.from >= between.to;
  const complete = !badLine && !badTimes && (by === "person" || voter.trim() !== "");

  const wanted = (): Wanted => {
    const time = instants(period, between);
    if (by === "voter") return { voter: voter.trim(), ...time };
    const one = typed?.[0];
    const where = one === undefined ? (section === undefined ? {} : { section }) : { line: one };
    return { ...(person.trim() === "" ? {} : { person: person.trim() }), ...where, ...time };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) onShow(wanted());
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <fieldset>
        <legend className="unseen">{messages.ask}</legend>
        <div className="choices">
          {(["person", "voter"] as const).map((one) => (
            <Check key={one} radio name="by" label={messages.bys[one]} checked={by === one} onChange={() => setBy(one)} />
          ))}
        </div>
      </fieldset>
      <div className="asked">
        {by === "person" ? (
          <>
            <Field label={messages.person} value={person} onChange={setPerson} autoComplete="off" mono />
            <Field label={messages.line} placeholder="12/5" error={badLine ? messages.badLine : undefined} value={line} onChange={setLine} autoComplete="off" />
          </>
        ) : (
          <Field label={messages.voterNumber} value={voter} onChange={setVoter} autoComplete="off" mono />
        )}
        <Choose label={messages.period} value={period} onChange={setPeriod}>
          <Options of={messages.periods} />
        </Choose>
        {period === "between" ? (
          <>
            <Field label={messages.from} type="datetime-local" value={between.from} onChange={(from) => setBetween({ ...between, from })} />
            <Field label={messages.to} type="datetime-local" error={badTimes ? messages.badTimes : undefined} value={between.to} onChange={(to) => setBetween({ ...between, to })} />
          </>
        ) : null}
      </div>
      {by === "voter" ? <p className="notice caution">{messages.onRecord}</p> : null}
      <div className="buttons">
        <Button type="submit" look="primary" isDisabled={!complete}>
          {messages.show}
        </Button>
        <Button isPending={takingOut} isDisabled={!complete} onPress={() => onTakeOut(wanted())}>
          {messages.takeOut}
        </Button>
        <span className="muted small">{messages.takeOutText}</span>
      </div>
    </form>
  );
}
