/** A view the bot opened: inputs, submit, the errors it answers with, close. */
import { useEffect, useMemo, useRef, useState } from "react";
import { closeView, submitView } from "./api";
import { Blocks, Failure } from "./blocks/Blocks";
import { collect, missing } from "./blocks/state";
import { sentence, SurfaceContext, useMakeSurface, type Names } from "./blocks/surface";
import { plain } from "./blocks/Text";
import type { View } from "./types";

const NO_ERRORS = {};

type Props = {
  view: View;
  /** Whether it is the one that can be used; those below it keep what was typed. */
  top: boolean;
  me: string;
  names: Names;
  done: () => void;
};

export function Modal({ view, top, me, names, done }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [errors, setErrors] = useState<{ [blockId: string]: string }>(NO_ERRORS);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const place = useMemo(() => ({ view_id: view.id }), [view.id]);
  const surface = useMakeSurface(me, place, names, errors);

  useEffect(() => {
    const box = dialog.current;
    box?.showModal();
    return () => box?.close();
  }, []);

  const close = async () => {
    try {
      await closeView(me, view.id);
    } catch (error) {
      setFailure((error as Error).message);
    }
    done();
  };

  const submit = async () => {
    if (busy) return;
    const values = collect(view.blocks, surface.values);
    const empty = missing(view.blocks, values);
    setErrors(empty);
    setFailure(null);
    if (Object.keys(empty).length > 0) return;
    setBusy(true);
    try {
      const reply = await submitView(me, view.id, values);
      if (!reply.ok) setFailure(sentence(reply.error));
      setErrors(reply.errors ?? NO_ERRORS);
    } catch (error) {
      setFailure((error as Error).message);
    } finally {
      setBusy(false);
      done();
    }
  };

  return (
    <dialog
      ref={dialog}
      className="modal"
      data-testid={top ? "modal" : "modal-below"}
      aria-label={plain(view.title)}
      onCancel={(event) => {
        event.preventDefault();
        void close();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        <header>
          <h2>{plain(view.title)}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={() => void close()}>
            ×
          </button>
        </header>
        <div className="modal-body">
          <SurfaceContext value={surface}>
            <Blocks blocks={view.blocks} />
            <Failure />
          </SurfaceContext>
          {failure && (
            <p className="failure" role="alert">
              {failure}
            </p>
          )}
        </div>
        <footer className="dialog-buttons">
          <button type="button" className="element" onClick={() => void close()}>
            {plain(view.close) || "Close"}
          </button>
          {view.submit && (
            <button
              type="submit"
              className="element primary"
              aria-busy={busy}
              data-testid="modal-submit"
            >
              {busy ? "Sending…" : plain(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
