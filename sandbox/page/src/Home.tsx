/** The App Home tab that the bot published for this person. */
import { useMemo } from "react";
import { Blocks, Failure } from "./blocks/Blocks";
import { SurfaceContext, useMakeSurface, type Names } from "./blocks/surface";
import type { View } from "./types";

export function Home({ view, me, names }: { view: View | null; me: string; names: Names }) {
  return (
    <section className="home" data-testid="home-view" aria-label="Duebot’s Home">
      {view === null ? (
        <div className="empty">
          <h2>Home</h2>
          <p>Duebot has not published a Home tab for this person.</p>
        </div>
      ) : (
        <Published key={view.id} view={view} me={me} names={names} />
      )}
    </section>
  );
}

function Published({ view, me, names }: { view: View; me: string; names: Names }) {
  const place = useMemo(() => ({ view_id: view.id }), [view.id]);
  const surface = useMakeSurface(me, place, names);
  return (
    <SurfaceContext value={surface}>
      <Blocks blocks={view.blocks} />
      <Failure />
    </SurfaceContext>
  );
}
