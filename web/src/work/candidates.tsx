/** Whom a line may be of: the candidates of the stored search, and whoever the reviewer finds on the roll. */
import { useEffect, useRef, useState } from "react";
import { answer, api, type Candidate, type Voter } from "../api/client";
import { named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed } from "../parts/told";

interface Listed {
  candidates: Candidate[];
  found: Voter[];
  chosen: string | null;
  choose: (voter: string) => void;
}

export function Candidates({ candidates, found, chosen, choose }: Listed) {
  const messages = useMessages();
  const format = useFormat();
  return (
    <fieldset className="candidates">
      <legend className="unseen">{messages.work.candidates}</legend>
      {candidates.length === 0 && found.length === 0 ? <p className="muted inset">{messages.work.noCandidates}</p> : null}
      {candidates.map(({ voter, ppm }, index) => (
        <Choice key={voter.voter} voter={voter} chosen={chosen} choose={choose} number={index + 1} note={format.share(ppm)} />
      ))}
      {found.length === 0 ? null : <p className="list-head">{messages.work.fromSearch}</p>}
      {found.map((voter, index) => (
        <Choice key={voter.voter} voter={voter} chosen={chosen} choose={choose} number={candidates.length + index + 1} note={null} />
      ))}
    </fieldset>
  );
}

interface Chooseable {
  voter: Voter;
  chosen: string | null;
  choose: (voter: string) => void;
  number: number;
  note: string | null;
}

function Choice({ voter, chosen, choose, number, note }: Chooseable) {
  const messages = useMessages();
  return (
    <label className="choice">
      <input type="radio" name="voter" checked={voter.voter === chosen} onChange={() => choose(voter.voter)} />
      <span className="number" aria-hidden="true">
        {number}
      </span>
      <span className="who">
        <strong>{voter.name}</strong>
        <span className="muted small">{voter.address}</span>
        {voter.status === "active" ? null : (
          <span className={voter.status === "canceled" ? "chip bad" : "chip caution"}>{named(messages.statuses, voter.status)}</span>
        )}
      </span>
      {note === null ? null : <span className="figure share">{note}</span>}
    </label>
  );
}

/** How long after the last letter the roll is asked, in milliseconds: each answer is put on record. */
const PAUSE = 300;
const SHORTEST = 3;
const MOST = 20;

interface Searching {
  name: string;
  batch: string;
  /** The line for whose sake. */
  line: { section: number; line: number };
  onChoose: (voter: Voter) => void;
  onClose: () => void;
}

/** Looks for a voter as the reviewer types. */
export function Search({ name, batch, line: { section, line }, onChoose, onClose }: Searching) {
  const messages = useMessages();
  const [text, setText] = useState("");
  const [voters, setVoters] = useState<Voter[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const wanted = text.trim();

  useEffect(() => {
    setVoters(null);
    setFailure(null);
    if (wanted.length < SHORTEST) return;
    let current = true;
    const timer = setTimeout(() => {
      const asked = answer(api.POST("/api/cases/{case}/search", { params: { path: { case: name } }, body: { batch, section, line, text: wanted } }));
      asked.then(
        (found) => current && (setVoters(found), setAt(0)),
        (error: unknown) => current && setFailure(error),
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [name, batch, section, line, wanted]);

  // Newer browsers return a promise here, which is nothing to end an effect with.
  useEffect(() => void list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);

  const status =
    wanted.length < SHORTEST
      ? messages.search.more
      : voters === null
        ? messages.loading
        : voters.length === 0
          ? messages.search.none
          : voters.length === MOST
            ? messages.search.most
            : messages.search.results(voters.length);

  return (
    <div
      className="search"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        else if (event.key === "ArrowDown") setAt(Math.min(at + 1, (voters?.length ?? 1) - 1));
        else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
        else if (event.key === "Enter" && voters?.[at]) onChoose(voters[at]);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div className="search-head">
        <input
          className="input"
          role="combobox"
          aria-label={messages.search.label}
          aria-expanded={voters !== null && voters.length > 0}
          aria-controls="found-voters"
          aria-activedescendant={voters?.[at] ? `found-${at}` : undefined}
          aria-autocomplete="list"
          placeholder={messages.search.placeholder}
          value={text}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="muted small">{messages.search.help}</p>
        {failure === null ? (
          <p className="small" role="status">
            {status}
          </p>
        ) : (
          <Failed error={failure} />
        )}
      </div>
      <ul id="found-voters" role="listbox" aria-label={messages.search.label} ref={list}>
        {voters?.map((voter, index) => (
          <li key={voter.voter} id={`found-${index}`} role="option" aria-selected={index === at} className="choice" onClick={() => onChoose(voter)}>
            <span className="who">
              <strong>{voter.name}</strong>
              <span className="muted small">{voter.address}</span>
              <span className="small mono muted">{voter.voter}</span>
            </span>
            {voter.status === "active" ? null : (
              <span className={voter.status === "canceled" ? "chip bad" : "chip caution"}>{named(messages.statuses, voter.status)}</span>
            )}
          </li>
        ))}
      </ul>
      <Button small look="quiet" onPress={onClose} hotkey="Esc">
        {messages.search.back}
      </Button>
    </div>
  );
}
