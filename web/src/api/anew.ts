/** After a change: what was asked before is asked anew. */
import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Not waited for: where a part of the screen goes with what comes, what it wanted to do after its change would go along with it. */
export const anew = (queries: QueryClient, queryKey: QueryKey) => () => void queries.invalidateQueries({ queryKey });
