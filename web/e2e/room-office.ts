/** An office whose petition failed today, for the tests of the examination room. */
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CASE, command, examined, serve, type Api, type Office } from "./office";

const RULES = join(dirname(fileURLToPath(import.meta.url)), "rules");

/** Minutes that the tests which share a room may need before its day ends. */
const ENOUGH = 120;

/** A time zone in which it is a business day, and will be for a while; none from Saturday noon to Sunday morning, UTC, when it is nowhere. */
export function workingDay(now = new Date()): { zone: string; day: string } | null {
  const zones = ["UTC", "Etc/GMT-14", "Etc/GMT+12"].map((zone) => ({ zone, day: dayIn(zone, now), later: dayIn(zone, new Date(now.getTime() + ENOUGH * 60_000)) }));
  const found = zones.find(({ day, later }) => day === later && ![0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay()));
  return found ? { zone: found.zone, day: found.day } : null;
}

const dayIn = (zone: string, at: Date) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);

export const TODAY = workingDay();

/** A case that was decided, and certified insufficient today. */
export async function openFailedOffice(scale = process.env.SCALE ?? "1:2000"): Promise<Office> {
  const folder = examined(scale, (folder) => underOwnLaw(folder, "case.json"));
  fail(folder, CASE);
  return serve(folder);
}

/** Writes the facts of a county’s case as they are, but for its law, which is that of these tests, and for what is said. */
export function underOwnLaw(folder: string, facts: string, otherwise: object = {}): void {
  cpSync(RULES, folder, { recursive: true });
  const made = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as object;
  writeFileSync(join(folder, facts), JSON.stringify({ ...made, ...otherwise, rules: "failed-recall.toml" }));
}

/** Decides every line of a case that was looked up, and certifies it insufficient. */
export function fail(folder: string, name: string): void {
  command(folder, "intake", "withdraw", `${name}.case`, "withdrawals.csv", "--roll", "roll");
  command(folder, "intake", "void", `${name}.case`, "section_decisions.csv");
  command(folder, "decide", `${name}.case`, "decisions.csv", "--roll", "roll");
  certify(folder, "first", name);
}

/** Certifies the case beside the server, and gives back the certificate's bytes. */
export function certify(folder: string, out: string, name = CASE): Buffer {
  command(folder, "certify", `${name}.case`, "--roll", "roll", "--on", TODAY?.day ?? "", "--out", out);
  return readFileSync(join(folder, out, "certificate.json"));
}

/** The room as the tests set it: open the whole day, at this machine or elsewhere. */
export const setting = (representatives: string[], terminals = ["127.0.0.1", "::1"]) => ({
  representatives,
  notice: "Letter of the proponents of this week",
  terminals,
  opens: "00:00:00",
  closes: "23:59:59",
  zone: TODAY?.zone ?? "UTC",
});

export const openRoom = (registrar: Api, representatives: string[], terminals?: string[], name = CASE) =>
  registrar.must("PUT", `/cases/${name}/room/opening`, setting(representatives, terminals));

/** The same room, as if it had been opened so many days ago and somebody had examined on each of the first business days since. */
export function begunBefore(office: Office, days: number, used: number): void {
  const script = `
import datetime, json, sqlite3, sys
file, today, days, used = sys.argv[1], datetime.date.fromisoformat(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
case = sqlite3.connect(file, timeout=20)
at = case.execute("SELECT MAX(at) FROM room_record").fetchone()[0]
records = [json.loads(content) for (content,) in case.execute("SELECT content FROM room_record ORDER BY seq")]
room = [record for record in records if record["kind"] == "opened"][-1]
room["setting"] = [record["setting"] for record in records if "setting" in record][-1]
began = today - datetime.timedelta(days)
room.update(began_on=began.isoformat(), ends_on=(began + datetime.timedelta(60)).isoformat())
def put(record, name=None):
    case.execute("INSERT INTO room_record (seq, at, actor, name, content) SELECT MAX(seq) + 1, ?, 'examiner', ?, ? FROM room_record", (at, name, json.dumps(record)))
put({"kind": "closed", "because": "to be opened earlier"})
put(room)
business = [day for day in (began + datetime.timedelta(n) for n in range(days)) if day.weekday() < 5]
for day in business[:used]:
    put({"kind": "day_begun", "day": day.isoformat()}, f"day {day}")
assert len(business) >= used
case.commit()`;
  execFileSync("python3", ["-c", script, join(office.folder, `${CASE}.case`), TODAY?.day ?? "", String(days), String(used)]);
}
