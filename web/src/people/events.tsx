/** What was done to accounts, for whoever has to answer for them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import { answer, api } from "../api/client";
import { named, useFormat, useMessages } from "../messages";
import { Button, Field, More, Scrolling } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { useTitle } from "../parts/title";
import { given } from "./given";
import { DAYS } from "./shifts";

function useEvents(account: string) {
  return useInfiniteQuery({
    queryKey: ["people", "events", account],
    queryFn: ({ pageParam: after }) => answer(api.GET("/api/office/events", { params: { query: { account, after, limit: 100 } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** What was given with an event, in words: a place with its duties, or a shift, each. */
function useToldOf(): (what: string, detail: string) => string[] {
  const messages = useMessages();
  const { weekday } = useFormat();
  return (what, detail) => {
    const kept = given(what, detail);
    if ("text" in kept) return kept.text === "" ? [] : [kept.text];
    if ("shifts" in kept) {
      return kept.shifts.length === 0 ? [messages.shifts.none] : kept.shifts.map(({ day, from, to }) => `${weekday(DAYS.indexOf(day))} ${from.slice(0, 5)}–${to.slice(0, 5)}`);
    }
    const places = kept.duties.filter(({ roles }) => roles.length > 0);
    if (places.length === 0) return [messages.officeEvents.noDuties];
    return places.map(({ place, roles }) => `${place === "" ? messages.person.office : place}: ${roles.map((role) => named(messages.roles, role)).join(", ")}`);
  };
}

export function OfficeEvents() {
  const messages = useMessages();
  const words = messages.officeEvents;
  const { moment } = useFormat();
  const told = useToldOf();
  const [text, setText] = useState("");
  const [account, setAccount] = useState("");
  const list = useEvents(account);
  const { data, error, refetch } = list;
  const events = data?.pages.flatMap(({ items }) => items) ?? [];
  useTitle(words.title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAccount(text.trim());
  };
  return (
    <div className="page stack">
      <div>
        <h1>{words.title}</h1>
        <p className="muted">{words.text}</p>
        <Link href="/people">{messages.person.back}</Link>
      </div>
      <form className="look-up" onSubmit={submit} noValidate>
        <Field label={words.account} value={text} onChange={setText} autoComplete="off" mono />
        <Button type="submit">{words.show}</Button>
      </form>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : (
        <section className="card" aria-label={words.title}>
          {events.length === 0 ? (
            <p className="muted inset">{words.none}</p>
          ) : (
            <Scrolling label={words.title}>
              <table className="table dense">
                <thead>
                  <tr>
                    <th scope="col">{messages.oversight.when}</th>
                    <th scope="col">{words.account}</th>
                    <th scope="col">{messages.acts.what}</th>
                    <th scope="col">{words.who}</th>
                  </tr>
                </thead>
                <tbody>
                  {events.map((event, index) => (
                    <tr key={index}>
                      <td className="small nowrap">{moment(event.at)}</td>
                      <th scope="row" className="mono small">
                        {event.account}
                      </th>
                      <td>
                        {named(words.whats, event.what)}
                        {told(event.what, event.detail).map((part) => (
                          <span key={part} className="block small muted">
                            {part}
                          </span>
                        ))}
                      </td>
                      <td className="mono small">{event.actor}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scrolling>
          )}
        </section>
      )}
      <More of={list} />
    </div>
  );
}
