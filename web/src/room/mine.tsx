/** What the proponents have done so far: their challenges with what became of them, and their notes. */
import { useLocation } from "wouter";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { ChallengeRow, Withdraw } from "./challenge";
import { useNotes } from "./inside";
import { START, type Examining } from "./lines";
import { useChallenges } from "./queries";
import { keyOf, type Place } from "./rows";

interface Done {
  name: string;
  examine: (examining: Examining) => void;
}

export function Mine({ name, examine }: Done) {
  const messages = useMessages();
  const [, go] = useLocation();
  const [challenges, notes] = [useChallenges(name), useNotes(name)];
  const open = ({ section, line }: Place) => {
    examine({ ...START, at: { section, line } });
    go(`/cases/${name}/room/lines`);
  };
  return (
    <>
      <section className="card">
        <header>
          <h2>{messages.challenge.list}</h2>
        </header>
        <div className="body stack">
          {challenges.error === null ? null : <Failed error={challenges.error} retry={() => void challenges.refetch()} />}
          {challenges.isPending ? <Waiting /> : null}
          {challenges.data?.length === 0 ? <p className="muted">{messages.challenge.none}</p> : null}
          <ul className="challenges">
            {challenges.data?.map((challenge) => (
              <ChallengeRow key={challenge.challenge} challenge={challenge} place={<To place={challenge} open={open} />} act={<Withdraw name={name} challenge={challenge} />} />
            ))}
          </ul>
        </div>
      </section>
      <section className="card">
        <header>
          <h2>{messages.roomNote.list}</h2>
        </header>
        <div className="body stack">
          <p className="small muted">{messages.roomNote.private}</p>
          {notes.error === null ? null : <Failed error={notes.error} retry={() => void notes.refetch()} />}
          {notes.isPending ? <Waiting /> : null}
          {notes.data?.length === 0 ? <p className="muted">{messages.roomNote.none}</p> : null}
          <ul className="challenges">
            {notes.data?.map((note) => (
              <li key={keyOf(note)} className="challenge-row">
                <p>
                  <To place={note} open={open} />
                </p>
                <p className="quote">{note.text}</p>
              </li>
            ))}
          </ul>
        </div>
      </section>
    </>
  );
}

function To({ place, open }: { place: Place; open: (place: Place) => void }) {
  const messages = useMessages();
  return (
    <Button small onPress={() => open(place)} aria-label={messages.roomNote.open(place.section, place.line)}>
      {messages.work.place(place.section, place.line)}
    </Button>
  );
}
