/** An input block: label, element, hint, and the error that the bot sent for it. */
import { useId } from "react";
import type { Block } from "../types";
import { InputElement } from "./Elements";
import { useSurface } from "./surface";
import { plain } from "./Text";

export function Input({ block }: { block: Block }) {
  const id = useId();
  const surface = useSurface();
  const error = surface.errors[block.block_id ?? ""];
  const notes = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={error ? "input invalid" : "input"} data-block-id={block.block_id}>
      <label htmlFor={id}>
        {plain(block.label)} {block.optional && <span className="optional">(optional)</span>}
      </label>
      <InputElement
        id={id}
        notes={notes || undefined}
        invalid={error !== undefined}
        blockId={block.block_id ?? ""}
        element={block.element}
        label={plain(block.label)}
        dispatch={block.dispatch_action === true}
      />
      {block.hint && (
        <p id={`${id}-hint`} className="hint">
          {plain(block.hint)}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
