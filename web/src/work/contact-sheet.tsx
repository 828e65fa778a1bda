/** A page of likely lines, each beside its best candidate. What gives pause is flagged and goes to single review; one key passes the others. */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Link } from "wouter";
import { answer, api, Refusal, serverNow, type InHand, type Sheet } from "../api/client";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Notice, Waiting } from "../parts/told";
import { useWho } from "../session/session";
import { Aligned } from "./aligned";
import { useNow } from "./delivery";
import { forget, keep, kept, type Place } from "./keep";
import type { LineKey } from "./outbox";
import { addressesOf, forgetPictures, referenceOf, usePicture } from "./pictures";
import { writtenAddress } from "./record";
import { useTitle } from "../parts/title";

/** Pairs on a page. */
const PAIRS = 24;

interface Page {
  batch: string;
  lookUntil: number;
  pairs: { key: LineKey; section: number; line: number; sheet: Sheet }[];
}

export function ContactSheet({ name }: { name: string }) {
  const messages = useMessages();
  const { account } = useWho();
  const [page, setPage] = useState<Page | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [passed, setPassed] = useState(0);
  const [refused, setRefused] = useState(0);
  useTitle(messages.sheet.title);

  const load = useCallback(async () => {
    const place: Place = { account, case: name, stage: "contact_sheet" };
    setPage(null);
    setFailure(null);
    try {
      setPage(await pageOf(place));
    } catch (error) {
      setFailure(error);
    }
  }, [account, name]);
  useEffect(() => void load(), [load]);

  if (failure !== null) {
    return (
      <div className="page narrow stack">
        <h1>{messages.work.failedTitle}</h1>
        <Failed error={failure} retry={() => void load()} />
      </div>
    );
  }
  if (page === null) return <Waiting text={messages.work.taking} />;
  if (page.pairs.length === 0) {
    return (
      <div className="page narrow">
        <div className="card empty">
          <h1>{messages.work.noneTitle}</h1>
          <p>{messages.work.noneText}</p>
          {passed === 0 ? null : <p>{messages.sheet.passed(passed)}</p>}
          {refused === 0 ? null : <p>{messages.sheet.refused(refused)}</p>}
          <div className="buttons">
            <Button look="primary" onPress={() => void load()} autoFocus>
              {messages.work.look}
            </Button>
            <Link href={`/cases/${name}`} className="button">
              {messages.work.toCase}
            </Link>
          </div>
        </div>
      </div>
    );
  }
  const place: Place = { account, case: name, stage: "contact_sheet" };
  const next = (pairs: number, singly: number) => {
    forget(place);
    setPassed(passed + pairs - singly);
    setRefused(singly);
    void load();
  };
  return <Pairs key={page.batch} page={page} place={place} passed={passed} refused={refused} onPassed={next} onLapsed={() => (forget(place), void load())} />;
}

/** The page that a reload interrupted, or a new one, with everything that is shown of it. */
async function pageOf(place: Place): Promise<Page> {
  const address = (batch: string) => ({ params: { path: { case: place.case, batch } } });
  let batch = kept(place)?.batch;
  let inHand: InHand | null = null;
  if (batch !== undefined) {
    inHand = await answer(api.GET("/api/cases/{case}/batches/{batch}", address(batch))).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "lease_lapsed") return null;
      throw error;
    });
  }
  if (batch === undefined || inHand === null) {
    batch = crypto.randomUUID();
    const body = { stage: place.stage, size: PAIRS };
    inHand = await answer(api.PUT("/api/cases/{case}/batches/{batch}", { ...address(batch), body }));
  }
  keep(place, { batch, at: null, unsent: [], lost: [] });
  const path = { case: place.case, batch };
  const pairs = inHand.lines.map(async ({ section, line }) => {
    const params = { path: { ...path, section, line } };
    const sheet = await answer(api.GET("/api/cases/{case}/batches/{batch}/lines/{section}/{line}", { params }));
    return { key: `${section}/${line}` as LineKey, section, line, sheet };
  });
  return { batch, lookUntil: Date.parse(inHand.look_until), pairs: await Promise.all(pairs) };
}

interface Shown {
  page: Page;
  place: Place;
  passed: number;
  /** Pairs of the page before that were not flagged and go to single review all the same. */
  refused: number;
  onPassed: (pairs: number, singly: number) => void;
  onLapsed: () => void;
}

function Pairs({ page, place, passed, refused, onPassed, onLapsed }: Shown) {
  const messages = useMessages();
  const format = useFormat();
  const [flagged, setFlagged] = useState<ReadonlySet<LineKey>>(() => new Set(page.pairs.filter(({ sheet }) => sheet.candidates.length === 0).map(({ key }) => key)));
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const grid = useRef<HTMLUListElement>(null);
  useNow(250);
  useEffect(() => forgetPictures, [page.batch]);
  const wait = Math.max(0, Math.ceil((page.lookUntil - serverNow()) / 1000));
  const passing = page.pairs.length - flagged.size;

  const focus = (index: number) => {
    setAt(index);
    grid.current?.querySelectorAll<HTMLButtonElement>("button.pair")[index]?.focus();
  };
  useEffect(() => grid.current?.querySelector<HTMLButtonElement>("button.pair")?.focus(), []);

  const flag = (key: LineKey) => {
    const next = new Set(flagged);
    if (!next.delete(key)) next.add(key);
    setFlagged(next);
  };

  const pass = async () => {
    if (busy || wait > 0) return;
    setBusy(true);
    setFailure(null);
    try {
      const params = { path: { case: place.case, batch: page.batch } };
      const lines = page.pairs.filter(({ key }) => flagged.has(key)).map(({ section, line }) => ({ section, line }));
      const closed = await answer(api.PUT("/api/cases/{case}/batches/{batch}/sheet", { params, body: { flagged: lines } }));
      onPassed(passing, closed.refused.length);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.repeat && !event.key.startsWith("Arrow")) return;
    const cells = [...(grid.current?.children ?? [])] as HTMLElement[];
    const columns = Math.max(1, cells.filter((cell) => cell.offsetTop === cells[0]?.offsetTop).length);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (by !== undefined) {
      const next = at + by;
      if (next >= 0 && next < page.pairs.length) focus(next);
    } else if (event.key === "Enter") void pass();
    else return;
    event.preventDefault();
  };

  const lapsed = failure instanceof Refusal && failure.code === "lease_lapsed";
  return (
    <div className="work sheet">
      <div className="work-bar">
        <h1>{messages.sheet.title}</h1>
        <p className="muted small">{messages.sheet.text}</p>
      </div>
      {failure === null ? null : <Failed error={failure} retry={lapsed ? onLapsed : undefined} />}
      {refused === 0 ? null : <Notice tone="caution">{messages.sheet.refused(refused)}</Notice>}
      <ul className="pairs" ref={grid} onKeyDown={onKeyDown}>
        {page.pairs.map(({ key, section, line, sheet }, index) => {
          const best = sheet.candidates[0];
          const isFlagged = flagged.has(key);
          return (
            <li key={key}>
              <button
                type="button"
                className="pair"
                tabIndex={index === at ? 0 : -1}
                aria-pressed={isFlagged}
                disabled={best === undefined}
                onFocus={() => setAt(index)}
                onClick={() => flag(key)}
              >
                <span className="unseen">
                  {messages.sheet.flag}, {messages.sheet.pair(index + 1, page.pairs.length)}.
                </span>
                <span className="pair-head small">
                  <span className="muted figure">
                    {section} / {line}
                  </span>
                  {best === undefined ? <span className="chip caution">{messages.sheet.nobody}</span> : null}
                  {isFlagged && best !== undefined ? <span className="chip caution">{messages.sheet.flagged}</span> : null}
                  {best && !isFlagged ? <span className="muted figure">{format.share(best.ppm)}</span> : null}
                </span>
                <PairPictures name={place.case} batch={page.batch} line={key} />
                <Aligned anyOrder name={messages.work.name} written={sheet.printed_name} registered={best?.voter.name ?? null} />
                <Aligned name={messages.work.address} written={writtenAddress(sheet)} registered={best?.voter.address ?? null} />
              </button>
            </li>
          );
        })}
      </ul>
      <section className="work-foot" aria-label={messages.work.foot}>
        <Button look="primary" onPress={() => void pass()} isDisabled={wait > 0 || busy} hotkey="⏎">
          {busy ? messages.sheet.busy : wait > 0 ? messages.sheet.lookFor(wait) : flagged.size === 0 ? messages.sheet.pass(passing) : messages.sheet.passSome(passing, flagged.size)}
        </Button>
        <span className="muted small">{messages.sheet.keys}</span>
        <span className="muted small">{passed === 0 ? null : messages.sheet.passed(passed)}</span>
      </section>
    </div>
  );
}

/** The signature of a line beside the best candidate's first reference signature, where there are pictures. */
function PairPictures({ name, batch, line }: { name: string; batch: string; line: LineKey }) {
  const messages = useMessages().pictures;
  const signature = usePicture(addressesOf(name, batch, line).signature);
  const reference = usePicture(signature ? referenceOf(name, batch, line, 1, 1) : null);
  if (!signature) return null;
  return (
    <span className="pair-pictures">
      <img src={signature} alt={messages.signature} />
      {reference ? <img src={reference} alt={messages.reference(1, 1)} /> : <span className="muted small">{messages.noReferences}</span>}
    </span>
  );
}
