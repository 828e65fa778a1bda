/** Who is signed in. A session that ends in the middle of work leaves the screen as it is and asks for the password over it. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { answer, api, Refusal, whenSessionTurns, type Role, type SignedIn } from "../api/client";
import { clearDesk, retryDesk } from "../work/desk";

export type State = { name: "asking" } | { name: "unreachable"; error: unknown } | { name: "out" } | { name: "in"; who: SignedIn; ended: boolean };

interface Session {
  state: State;
  signedIn: (who: SignedIn) => void;
  signOut: () => Promise<void>;
  /** Leaves the work of a session that has ended. */
  abandon: () => void;
  ask: () => Promise<void>;
}

const Current = createContext<Session | null>(null);

export function Sessions({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ name: "asking" });
  const queries = useQueryClient();

  const ask = useCallback(async () => {
    try {
      const who = await answer(api.GET("/api/session"));
      setState({ name: "in", who, ended: false });
      if (!who.must_change_password) retryDesk();
    } catch (error) {
      const out = error instanceof Refusal && error.code === "not_signed_in";
      setState(out ? { name: "out" } : { name: "unreachable", error });
    }
  }, []);

  useEffect(() => {
    whenSessionTurns((code) =>
      setState((now) => {
        if (now.name !== "in") return now;
        return code === "not_signed_in" ? { ...now, ended: true } : { ...now, who: { ...now.who, must_change_password: true } };
      }),
    );
    void ask();
  }, [ask]);

  const session = useMemo<Session>(() => {
    const leave = () => {
      clearDesk();
      queries.clear();
      setState({ name: "out" });
    };
    return {
      state,
      ask,
      signedIn: (who) => {
        setState({ name: "in", who, ended: false });
        retryDesk();
      },
      abandon: leave,
      signOut: async () => {
        await answer(api.DELETE("/api/session")).catch((error: unknown) => {
          if (!(error instanceof Refusal && error.code === "not_signed_in")) throw error;
        });
        leave();
      },
    };
  }, [state, ask, queries]);
  return <Current value={session}>{children}</Current>;
}

export function useSession(): Session {
  const session = useContext(Current);
  if (session === null) throw new Error("the session is used outside of <Sessions>");
  return session;
}

/** The person; only for screens that are shown to somebody who is signed in. */
export function useWho(): SignedIn {
  const { state } = useSession();
  if (state.name !== "in") throw new Error("nobody is signed in");
  return state.who;
}

/** Whether the person has one of these roles in a case, or in the office where the case has no name. */
export function has(who: SignedIn, place: string, ...roles: Role[]): boolean {
  return roles.some((role) => who.duties[place]?.includes(role));
}
