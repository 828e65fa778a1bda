/** Where the workstation starts in the browser. */
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/frame.css";
import "./styles/cases.css";
import "./styles/work.css";
import "./styles/people.css";
import "./styles/oversight.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { mayPass, Refusal } from "./api/client";
import { App } from "./app";
import { Broken } from "./frame/broken";
import { Preferred } from "./frame/preferences";
import { Sessions } from "./session/session";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && error instanceof Refusal && mayPass(error.code),
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <Preferred>
        <Broken>
          <Sessions>
            <App />
          </Sessions>
        </Broken>
      </Preferred>
    </QueryClientProvider>,
  );
}
