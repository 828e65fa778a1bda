/** Which screen is shown at which address, and to whom. */
import { lazy, Suspense, useEffect } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import type { SignedIn, StageName } from "./api/client";
import { MyCases } from "./cases/my-cases";
import { CaseStanding } from "./cases/standing";
import { Frame } from "./frame/frame";
import { useMessages } from "./messages";
import { Failed, Waiting } from "./parts/told";
import { BackFromSignOn, Enrol, MustChange, SignIn, SignInAgain } from "./session/gate";
import { has, useSession } from "./session/session";
import { OVERSIGHT_ROLES, ROOM_ROLES, STAGE_ROLES } from "./cases/queries";

const MyAccount = lazy(() => import("./session/account").then((screen) => ({ default: screen.MyAccount })));
const Review = lazy(() => import("./work/review").then((screen) => ({ default: screen.Review })));
const ContactSheet = lazy(() => import("./work/contact-sheet").then((screen) => ({ default: screen.ContactSheet })));
const Oversight = lazy(() => import("./oversight/oversight").then((screen) => ({ default: screen.Oversight })));
const Room = lazy(() => import("./room/room").then((screen) => ({ default: screen.Room })));
const Registrar = lazy(() => import("./registrar/registrar").then((screen) => ({ default: screen.Registrar })));
const Intake = lazy(() => import("./intake/intake").then((screen) => ({ default: screen.Intake })));
const Public = lazy(() => import("./public/public").then((screen) => ({ default: screen.Public })));
const People = lazy(() => import("./people/people").then((screen) => ({ default: screen.People })));

export function App() {
  const { state, ask } = useSession();
  const [here] = useLocation();
  if (/^\/public(\/|$)/.test(here)) {
    return (
      <Suspense fallback={<Waiting />}>
        <Public />
      </Suspense>
    );
  }
  if (state.name === "asking") return <Waiting />;
  if (state.name === "unreachable") {
    return (
      <div className="page narrow">
        <Failed error={state.error} retry={() => void ask()} />
      </div>
    );
  }
  if (state.name === "out") return here === "/enrol" ? <Enrol /> : here === "/signed-on" ? <BackFromSignOn /> : <SignIn />;
  if (state.who.must_change_password) return <MustChange />;
  return (
    <>
      <Frame>
        <Suspense fallback={<Waiting />}>
          <Screens who={state.who} />
        </Suspense>
      </Frame>
      {state.ended ? <SignInAgain account={state.who.account} /> : null}
    </>
  );
}

function Screens({ who }: { who: SignedIn }) {
  const [here] = useLocation();
  useEffect(() => {
    window.scrollTo(0, 0);
    // Where the link that led here is gone, whoever reads by ear or goes by the Tab key starts at the new screen.
    // A field of the screen that asks for the focus may get it with the next frame, too; it asked before, so it comes first.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById("content")?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [here]);
  return (
    <Switch>
      <Route path="/">
        <MyCases />
      </Route>
      <Route path="/enrol">
        <Redirect to="/" replace />
      </Route>
      <Route path="/signed-on">
        <Redirect to="/" replace />
      </Route>
      <Route path="/account">
        <MyAccount />
      </Route>
      {has(who, "", "administrator") ? (
        <Route path="/people/*?">
          <People />
        </Route>
      ) : null}
      <Route path="/cases/:case">{({ case: name }) => (who.duties[name] === undefined ? <NotFound /> : <CaseStanding key={name} name={name} />)}</Route>
      <Route path="/cases/:case/oversight/*?">
        {({ case: name }) => (has(who, name, ...OVERSIGHT_ROLES) ? <Oversight key={name} name={name} /> : <NotFound />)}
      </Route>
      <Route path="/cases/:case/room/*?">{({ case: name }) => (has(who, name, ...ROOM_ROLES) ? <Room key={name} name={name} /> : <NotFound />)}</Route>
      <Route path="/cases/:case/registrar/*?">
        {({ case: name }) => (has(who, name, "registrar", "supervisor", "observer") ? <Registrar key={name} name={name} /> : <NotFound />)}
      </Route>
      <Route path="/cases/:case/intake/*?">
        {({ case: name }) => (has(who, name, "intake", "supervisor", "registrar") ? <Intake key={name} name={name} /> : <NotFound />)}
      </Route>
      <Route path="/cases/:case/work/:stage">
        {({ case: name, stage }) => {
          const role = (STAGE_ROLES as Record<string, (typeof STAGE_ROLES)[StageName]>)[stage];
          if (role === undefined || !has(who, name, role)) return <NotFound />;
          if (stage === "contact_sheet") return <ContactSheet key={name} name={name} />;
          return <Review key={`${name} ${stage}`} name={name} stage={stage as StageName} />;
        }}
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

function NotFound() {
  const messages = useMessages().notFound;
  return (
    <div className="empty">
      <h1>{messages.title}</h1>
      <p>{messages.text}</p>
      <Link href="/" className="button">
        {messages.home}
      </Link>
    </div>
  );
}
