/** Taking a section in: what its declaration says, and which lines bear a signature, page by page. */
import { useRef, useState, type FormEvent } from "react";
import { Link } from "wouter";
import { Refusal } from "../api/client";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed, Notice } from "../parts/told";
import { linesOf, probable, readPages, type Misread } from "./lines";
import { useReceive, type CounterSection, type ToReceive } from "./queries";
import { Defects } from "./section";

interface Written {
  number: string;
  circulator: string;
  residence: string;
  signedFrom: string;
  signedTo: string;
  executedOn: string;
  pages: string[];
}

const EMPTY: Written = { number: "", circulator: "", residence: "", signedFrom: "", signedTo: "", executedOn: "", pages: [""] };

export function Receive({ name }: { name: string }) {
  const messages = useMessages();
  const words = messages.receive;
  const [written, setWritten] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const [received, setReceived] = useState<CounterSection | null>(null);
  const receive = useReceive(name);
  const number = useRef<HTMLDivElement>(null);
  const set = (what: Partial<Written>) => setWritten((now) => ({ ...now, ...what }));

  const read = readPages(written.pages);
  const lines = linesOf(read);
  const section = /^[1-9]\d{0,8}$/.test(written.number.trim()) ? Number(written.number) : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (section === null || lines === null || lines.length === 0 || receive.isPending) return;
    receive.mutate(
      { section, body: bodyOf(written, lines) },
      {
        onSuccess: (kept) => {
          setReceived(kept);
          setTried(false);
          // A circulator hands in several sections, as a rule; dates and lines are each section's own.
          setWritten((now) => ({ ...EMPTY, number: String(section + 1), circulator: now.circulator, residence: now.residence }));
          number.current?.querySelector("input")?.focus();
        },
      },
    );
  }

  return (
    <>
      <p className="muted prose">{words.text}</p>
      {received === null ? null : (
        <section className="stack tight" aria-live="polite">
          <Notice
            tone="good"
            action={
              <Link href={`/cases/${name}/intake/sections/${received.section}`} className="button small">
                {messages.intake.sectionOf(received.section)}
              </Link>
            }
          >
            {words.received(received.section, received.lines)}
          </Notice>
          {received.defects.length === 0 ? null : <Defects of={received.defects} />}
        </section>
      )}
      {receive.error === null ? null : <NotReceived error={receive.error} />}
      <form className="card receive" onSubmit={submit} noValidate>
        <div ref={number} className="receive-head">
          <Field
            label={words.number}
            error={tried && section === null ? words.badNumber : undefined}
            value={written.number}
            onChange={(text) => set({ number: text })}
            inputMode="numeric"
            autoComplete="off"
            autoFocus
          />
          <Field label={messages.intake.circulator} value={written.circulator} onChange={(circulator) => set({ circulator })} maxLength={500} autoComplete="off" />
          <Field label={messages.intake.residence} value={written.residence} onChange={(residence) => set({ residence })} maxLength={500} autoComplete="off" />
        </div>
        <div className="receive-head">
          <Field label={messages.intake.signedFrom} type="date" help={words.dayHelp} value={written.signedFrom} onChange={(signedFrom) => set({ signedFrom })} />
          <Field label={messages.intake.signedTo} type="date" help={words.dayHelp} value={written.signedTo} onChange={(signedTo) => set({ signedTo })} />
          <Field label={messages.intake.executedOn} type="date" help={words.dayHelp} value={written.executedOn} onChange={(executedOn) => set({ executedOn })} />
        </div>
        <Pages written={written.pages} onChange={(pages) => set({ pages })} />
        {tried && lines !== null && lines.length === 0 ? (
          <p className="error-text" role="alert">
            {words.noLines}
          </p>
        ) : null}
        <div className="buttons">
          <Button type="submit" look="primary" isPending={receive.isPending}>
            {words.submit}
          </Button>
          <strong className="figure" role="status">
            {lines === null ? "–" : words.signatures(lines.length)}
          </strong>
        </div>
      </form>
    </>
  );
}

function NotReceived({ error }: { error: unknown }) {
  const words = useMessages().receive;
  if (error instanceof Refusal && error.code === "exists") return <Notice tone="bad">{words.exists}</Notice>;
  return <Failed error={error} />;
}

function bodyOf(written: Written, lines: { page: number; line: number }[]): ToReceive {
  const day = (text: string) => (text === "" ? null : text);
  return {
    circulator: written.circulator.trim(),
    circulator_address: written.residence.trim(),
    declared: { signed_from: day(written.signedFrom), signed_to: day(written.signedTo), executed_on: day(written.executedOn) },
    lines,
  };
}

/** The pages, one field each. Enter goes on to the next page; on an empty one it takes the section in. */
function Pages({ written, onChange }: { written: string[]; onChange: (pages: string[]) => void }) {
  const words = useMessages().receive;
  const list = useRef<HTMLDivElement>(null);
  const read = readPages(written);
  const told = (wrong: Misread) => (wrong.what === "no_line" ? words.notLines(wrong.part) : wrong.what === "not_rising" ? words.notRising(wrong.line) : words.tooMany);
  const goTo = (index: number) => setTimeout(() => list.current?.querySelectorAll("input")[index]?.focus());
  return (
    <div className="page-fields" ref={list}>
      {written.map((text, index) => {
        const page = read[index];
        return (
          <div
            key={index}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || text.trim() === "") return;
              event.preventDefault();
              if (index + 1 === written.length) onChange([...written, ""]);
              goTo(index + 1);
            }}
          >
            <Field
              label={words.linesOn(index + 1)}
              help={index === 0 ? words.linesHelp : undefined}
              error={page !== undefined && "wrong" in page ? told(page.wrong) : undefined}
              placeholder={index === 0 ? "1-10" : probable(read.slice(0, index))}
              value={text}
              onChange={(next) => onChange(written.map((before, at) => (at === index ? next : before)))}
              autoComplete="off"
              mono
            />
          </div>
        );
      })}
      <Button
        small
        onPress={() => {
          onChange([...written, ""]);
          goTo(written.length);
        }}
      >
        {words.addPage}
      </Button>
    </div>
  );
}
