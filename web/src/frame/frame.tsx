/** The bar above every screen: where one is, where one can go, who one is. */
import { useState, type ReactNode } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components/Menu";
import { Link, useLocation, useRoute } from "wouter";
import type { StageName } from "../api/client";
import { OVERSIGHT_ROLES, ROOM_ROLES, STAGE_ROLES, useMyCases, useQueues } from "../cases/queries";
import { named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { has, useSession, useWho } from "../session/session";
import { useUnsent } from "../work/desk";
import { Brand } from "./brand";

export function Frame({ children }: { children: ReactNode }) {
  const messages = useMessages();
  const [, inCase] = useRoute("/cases/:case/*?");
  return (
    <div className="frame">
      <a className="skip unseen no-print" href="#content">
        {messages.skipToContent}
      </a>
      <header className="bar no-print">
        <Brand />
        <nav aria-label={messages.nav.main}>
          <OfficeTabs />
          {inCase?.case === undefined ? null : <CaseTabs name={inCase.case} />}
        </nav>
        <Person />
      </header>
      <main className="content" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function Tab({ to, children }: { to: string; children: ReactNode }) {
  const [here] = useLocation();
  const whole = to === "/people" || /^\/cases\/[^/]+\/[a-z]+$/.test(to);
  const current = here === to || (whole && here.startsWith(`${to}/`));
  return (
    <Link href={to} aria-current={current ? "page" : undefined}>
      {children}
    </Link>
  );
}

function OfficeTabs() {
  const [messages, who] = [useMessages(), useWho()];
  return (
    <>
      <Tab to="/">{messages.nav.cases}</Tab>
      {has(who, "", "administrator") ? <Tab to="/people">{messages.nav.people}</Tab> : null}
    </>
  );
}

function CaseTabs({ name }: { name: string }) {
  const [messages, who] = [useMessages(), useWho()];
  const title = useMyCases().data?.find((mine) => mine.case === name)?.title;
  const stages = useMyStages(name);
  if (title === undefined) return null;
  return (
    <>
      <span className="divider" />
      <Tab to={`/cases/${name}`}>
        <span className="case-name" title={title}>
          {title}
        </span>
      </Tab>
      {stages.map(({ stage, lines }) => (
        <Tab key={stage} to={`/cases/${name}/work/${stage}`}>
          {named(messages.stages, stage)}
          <Waiting lines={lines} />
        </Tab>
      ))}
      {has(who, name, ...OVERSIGHT_ROLES) ? <Tab to={`/cases/${name}/oversight`}>{messages.oversight.title}</Tab> : null}
      {has(who, name, ...ROOM_ROLES) ? <Tab to={`/cases/${name}/room`}>{messages.room.title}</Tab> : null}
      {has(who, name, "intake", "supervisor", "registrar") ? <Tab to={`/cases/${name}/intake`}>{messages.intake.title}</Tab> : null}
      {has(who, name, "registrar", "supervisor", "observer") ? <Tab to={`/cases/${name}/registrar`}>{messages.registrar.title}</Tab> : null}
    </>
  );
}

function Waiting({ lines }: { lines: number }) {
  const { number } = useFormat();
  return lines === 0 ? null : <span className="chip tab-count">{number(lines)}</span>;
}

/** The stages of a case at which the person may take lines in hand, as the server has them. */
export function useMyStages(name: string): { stage: StageName; lines: number }[] {
  const who = useWho();
  const queues = useQueues(name).data ?? [];
  return queues.filter(({ stage }) => {
    const role = STAGE_ROLES[stage] as (typeof STAGE_ROLES)[StageName] | undefined;
    return role !== undefined && has(who, name, role);
  });
}

function PersonSign() {
  return (
    <svg className="person-sign" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="7" r="3.4" />
      <path d="M3.5 17.2c.6-3.6 3.1-5.4 6.5-5.4s5.9 1.8 6.5 5.4" />
    </svg>
  );
}

function Person() {
  const messages = useMessages();
  const who = useWho();
  const { signOut } = useSession();
  const unsent = useUnsent();
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const leave = () => signOut().catch(setFailure);
  return (
    <>
      <MenuTrigger>
        <Button look="quiet">
          <PersonSign />
          <span className="unseen">{messages.nav.account}: </span>
          {who.account}
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" aria-label={messages.nav.account}>
            <MenuItem className="menu-item" onAction={() => go("/account")}>
              {messages.nav.account}
            </MenuItem>
            <MenuItem className="menu-item" onAction={() => (unsent > 0 ? setAsking(true) : void leave())}>
              {messages.nav.signOut}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {asking || failure !== null ? (
        <Dialog title={asking ? messages.nav.unsentTitle : messages.nav.signOut} urgent onClose={() => (setAsking(false), setFailure(null))}>
          {failure === null ? <p>{messages.nav.unsentText(unsent)}</p> : <Failed error={failure} />}
          <div className="buttons">
            <Button onPress={() => (setAsking(false), setFailure(null))} autoFocus>
              {messages.cancel}
            </Button>
            <Button look="danger" onPress={() => void leave()}>
              {unsent > 0 ? messages.nav.signOutAnyway : messages.tryAgain}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
