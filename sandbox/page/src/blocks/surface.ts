/** What a block needs to know of the place it stands in: who looks, and what a click does. */
import { createContext, useContext, useMemo, useRef, useState } from "react";
import { act, fetchOptions, type Place } from "../api";
import type {
  Channel,
  Element,
  ElementState,
  Option,
  Person,
  Shortcut,
  Values,
} from "../types";

/** What messages are drawn with: names, and the shortcuts that a message offers. */
export type Names = { people: Person[]; channels: Channel[]; shortcuts: Shortcut[] };

export type Surface = Names & {
  values: Values;
  errors: { [blockId: string]: string };
  /** `block/action` of the click that waits for its acknowledgement. */
  busy: string | null;
  failure: string | null;
  hold: (blockId: string, element: Element, state: ElementState) => void;
  send: (blockId: string, element: Element, state: ElementState) => void;
  options: (blockId: string, element: Element, typed: string) => Promise<Option[]>;
};

const NOWHERE: Surface = {
  people: [],
  channels: [],
  shortcuts: [],
  values: {},
  errors: {},
  busy: null,
  failure: null,
  hold: () => undefined,
  send: () => undefined,
  options: async () => [],
};

export const SurfaceContext = createContext<Surface>(NOWHERE);
export const useSurface = () => useContext(SurfaceContext);

export const FAILURES: { [code: string]: string } = {
  operation_timeout: "Duebot did not acknowledge within 3 seconds (operation_timeout).",
  dispatch_failed: "Duebot could not be reached (dispatch_failed).",
  bot_not_connected: "Duebot is not connected to the sandbox.",
  no_such_command: "There is no such command.",
};

export const sentence = (code: string | undefined) =>
  code === undefined ? "Duebot did not answer." : (FAILURES[code] ?? code);

/** The surface of one message or view; `place` is where clicks are sent from. */
export function useMakeSurface(
  user: string,
  place: Place,
  names: Names,
  errors: { [blockId: string]: string } = {},
): Surface {
  const [values, setValues] = useState<Values>({});
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const held = useRef(values);
  const placeKey = JSON.stringify(place);
  return useMemo(() => {
    const hold: Surface["hold"] = (blockId, element, state) => {
      const block = {
        ...held.current[blockId],
        [element.action_id ?? ""]: { type: element.type, ...state },
      };
      held.current = { ...held.current, [blockId]: block };
      setValues(held.current);
    };
    const send: Surface["send"] = (blockId, element, state) => {
      if (busy !== null) return;
      setBusy(`${blockId}/${element.action_id}`);
      setFailure(null);
      act(user, place, {
        block_id: blockId,
        action_id: element.action_id,
        ...state,
        state: { values: held.current },
      })
        .then((reply) => setFailure(reply.ok ? null : sentence(reply.error)))
        .catch((error: Error) => setFailure(error.message))
        .finally(() => setBusy(null));
    };
    const options: Surface["options"] = (blockId, element, typed) =>
      fetchOptions(user, place, { block_id: blockId, action_id: element.action_id, value: typed });
    return { ...names, values, errors, busy, failure, hold, send, options };
  }, [user, placeKey, names.people, names.channels, names.shortcuts, values, errors, busy, failure]);
}
